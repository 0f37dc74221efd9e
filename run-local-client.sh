#!/usr/bin/env bash
# Load on the local cluster: the clients of config/client-{1,2}.properties, beginning at the same instant.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"

jar=$root/client/target/omnisql-client.jar

usage() {
  cat <<'TEXT'
Usage: ./run-local-client.sh [OPTION...] [FILE...]
       ./run-local-client.sh [OPTION...] check bank|set|register|append [ARGUMENT...]

Runs the load profiles FILE... (default: config/client-1.properties and config/client-2.properties) against the cluster that
./run-local-cluster.sh started, or a consistency workload against all three nodes. Any setting of a profile can be overridden
by the environment: OMNISQL_CLIENT_READ_LEVEL=local ./run-local-client.sh

Options
  --output FOLDER   where the results go (default: results/DATE-TIME)
  --data FOLDER     the data folder that ./run-local-cluster.sh was given
TEXT
}

fail() {
  echo "run-local-client.sh: $*" >&2
  exit 1
}

build() {
  if [ -f "$jar" ] && [ -z "$(find "$root/pom.xml" "$root/client/pom.xml" "$root/client/src/main" -newer "$jar" -print -quit)" ]; then
    return
  fi
  command -v mvn >/dev/null || fail "Maven 3.8 or newer is needed to build (Debian: apt-get install maven)"
  echo "Building the client (the first time downloads its libraries) ..."
  local log
  log=$(mktemp)
  if ! (cd "$root" && mvn -B -pl client -am package -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true) >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "the build failed; its log is $log"
  fi
  rm -f "$log"
  touch "$jar"
}

cluster_arguments=()
output=""
arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    --output)
      [ -n "${2:-}" ] || fail "--output needs a folder"
      output=$2 && shift
      ;;
    --data)
      [ -n "${2:-}" ] || fail "--data needs a folder"
      cluster_arguments=(--data "$2") && shift
      ;;
    -h | --help) usage && exit 0 ;;
    check)
      arguments=("$@")
      break
      ;;
    -*) usage >&2 && fail "unknown option $1" ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

find_jdk25
build

urls=()
for n in 1 2 3; do
  url=$("$root/run-local-cluster.sh" ${cluster_arguments[@]+"${cluster_arguments[@]}"} url "$n") ||
    fail "no cluster to load: start one with ./run-local-cluster.sh"
  urls+=("$url")
done
# The profiles' targets refer to these.
export OMNISQL_NODE_1_URL=${urls[0]} OMNISQL_NODE_2_URL=${urls[1]} OMNISQL_NODE_3_URL=${urls[2]}

java=("$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx512m -jar "$jar")

if [ "${arguments[0]:-}" = check ]; then
  workload=${arguments[1]:-}
  [ -n "$workload" ] || fail "check needs a workload: bank, set, register or append"
  output=${output:-$root/results/$(date +%Y%m%d-%H%M%S)-$workload}
  exec "${java[@]}" check "$workload" --url "${urls[0]}" --url "${urls[1]}" --url "${urls[2]}" \
    --output "$output" "${arguments[@]:2}"
fi

output=${output:-$root/results/$(date +%Y%m%d-%H%M%S)}
if [ ${#arguments[@]} -eq 0 ]; then
  arguments=("$root/config/client-1.properties" "$root/config/client-2.properties")
fi

# Time for every client to connect before the first request.
start_at=$(date -u -d '+4 seconds' +%Y-%m-%dT%H:%M:%SZ)
status=0
"${java[@]}" run --start-at "$start_at" --output "$output" "${arguments[@]}" || status=$?
[ "$status" -ne 0 ] || echo "All results: $output (a folder per client; the plots beside them show all clients together)"
exit "$status"
