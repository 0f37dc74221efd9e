#!/usr/bin/env bash
# Five regions on one machine: five nodes in network namespaces with the round trips of regions.csv between them (wan.py), a client beside each.
# Measures reads and writes from every region, at every read level, under majority and under flexible quorums. Needs root, and about ten minutes.
# Usage: benchmarks/regions.sh [FOLDER]    (default: results/regions; regions.csv, table.md and the plots come there)
#   SECONDS_PER_RUN=40 REQUESTS_PER_SECOND=20 (of each client) LEVELS="local leader linearizable" QUORUMS="3,3 4,2" in the environment
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"

regions=(us-west2 us-south1 us-east4 europe-southwest1 europe-west4)
leader=5 # as in the experiment that this repeats
output=${1:-$root/results/regions}
seconds=${SECONDS_PER_RUN:-40}
rate=${REQUESTS_PER_SECOND:-20}
read -ra levels <<<"${LEVELS:-local leader linearizable}"
read -ra quorums <<<"${QUORUMS:-3,3 4,2}"
prefix=omnisql-region
fail() {
  echo "regions.sh: $*" >&2
  exit 1
}

case "$output" in
  -*) fail "$output is no option: see the head of this script" ;;
esac
work=$(mktemp -d /var/tmp/omnisql-regions.XXXXXX)
processes=()

end_processes() {
  local pid
  [ ${#processes[@]} = 0 ] || kill "${processes[@]}" 2>/dev/null || true
  for pid in ${processes[@]+"${processes[@]}"}; do wait "$pid" 2>/dev/null || true; done
  processes=()
}

cleanup() {
  local n
  end_processes
  [ -z "${wan:-}" ] || kill "$wan" 2>/dev/null || true
  for n in "${!regions[@]}"; do ip netns del "$prefix-$((n + 1))" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

in_region() { ip netns exec "$prefix-$1" "${@:2}"; }

start_network() {
  local n deadline=$((SECONDS + 20))
  for n in "${!regions[@]}"; do ip netns add "$prefix-$((n + 1))"; done
  # Packets must not wait for a processor: they would seem to travel longer.
  nice -n -15 python3 "$root/benchmarks/wan.py" "$root/benchmarks/regions.csv" "$prefix" "${regions[@]}" >"$work/wan.log" 2>&1 &
  wan=$!
  until grep -q ready "$work/wan.log"; do
    [ $SECONDS -lt $deadline ] || { cat "$work/wan.log" >&2; fail "the network does not come up"; }
    sleep 0.2
  done
}

start_nodes() { # PREPARE ACCEPT
  local n m environment
  for n in "${!regions[@]}"; do
    n=$((n + 1))
    rm -rf "$work/node-$n"
    mkdir -p "$work/node-$n"
    environment=(
      "OMNISQL_NODE_ID=$n" "OMNISQL_NODE_LOCATION=${regions[n - 1]}" "OMNISQL_NODE_DATA_FOLDER=$work/node-$n/data"
      "OMNISQL_CLUSTER_ID=regions-$1-$2" "OMNISQL_CLUSTER_INITIAL_LEADER=$leader"
      "OMNISQL_CLUSTER_PREPARE_QUORUM=$1" "OMNISQL_CLUSTER_ACCEPT_QUORUM=$2" "OMNISQL_INSECURE=true"
      "OMNISQL_SQL_HOST=10.98.0.$n" OMNISQL_SQL_PORT=5432 "OMNISQL_HTTP_HOST=10.98.0.$n" OMNISQL_HTTP_PORT=8080
      "OMNISQL_PEER_HOST=10.98.0.$n" OMNISQL_PEER_PORT=17000 OMNISQL_POSTGRES_PORT=15432
      "OMNISQL_BOOTSTRAP_PASSWORD_FILE=$work/password"
    )
    for m in "${!regions[@]}"; do environment+=("OMNISQL_CLUSTER_MEMBERS_$((m + 1))=10.98.0.$((m + 1)):17000"); done
    # Not by in_region: the process that is ended later must be the node itself.
    ip netns exec "$prefix-$n" env "${environment[@]}" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xms64m -Xmx160m -XX:MaxMetaspaceSize=128m \
      -jar "$root/node/target/quarkus-app/quarkus-run.jar" >"$work/node-$n/node.log" 2>&1 &
    processes+=($!)
  done
  await_leader
}

knows_leader() { in_region "$1" curl -sSf -m 3 "http://10.98.0.$1:8080/v1/status" 2>/dev/null | grep -qE "\"leader\" ?: ?$leader\b"; }
answers() { in_region "$1" psql -XAtqc 'SELECT 1' "$(url "$1")" >/dev/null 2>&1; }

await_leader() {
  local n deadline=$((SECONDS + 240))
  for n in "${!regions[@]}"; do
    until knows_leader $((n + 1)) && answers $((n + 1)); do
      [ $SECONDS -lt $deadline ] || { tail -n 20 "$work/node-$((n + 1))/node.log" >&2; fail "node $((n + 1)) does not follow node $leader"; }
      sleep 0.5
    done
  done
}

url() { echo "postgresql://app:$(cat "$work/password")@10.98.0.$1:5432/omnisql"; }

write_profile() { # N SECONDS FILE
  cat >"$3" <<TEXT
name = ${regions[$1 - 1]}
location = ${regions[$1 - 1]}
targets = $(url "$1")
targets.names = node-$1
reconnect = same
connections = 16
request.timeout = 10s
phase.1.duration = ${2}s
phase.1.requests-per-second = $rate
phase.1.read-ratio = 0.5
keys = 1000
value.bytes = 64
seed = $1
TEXT
}

# All five clients at once, each at its own region's node.
load() { # LEVEL SECONDS FOLDER
  local n clients=() pid start_at
  start_at=$(date -u -d '+6 seconds' +%Y-%m-%dT%H:%M:%SZ)
  for n in "${!regions[@]}"; do
    n=$((n + 1))
    write_profile "$n" "$2" "$work/client-$n.properties"
    OMNISQL_CLIENT_READ_LEVEL=$1 ip netns exec "$prefix-$n" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx96m -jar "$root/client/target/omnisql-client.jar" \
      run --no-plots --start-at "$start_at" --output "$3" "$work/client-$n.properties" >"$work/client-$n.log" 2>&1 &
    clients+=($!)
  done
  for pid in "${clients[@]}"; do
    if ! wait "$pid"; then
      kill "${clients[@]}" 2>/dev/null || true
      tail -n 20 "$work"/client-*.log >&2
      fail "a client failed"
    fi
  done
}

[ "$(id -u)" = 0 ] || fail "root is needed for network namespaces"
find_jdk25
for jar in node/target/quarkus-app/quarkus-run.jar client/target/omnisql-client.jar; do
  [ -f "$root/$jar" ] || (cd "$root" && mvn -q -B -pl node,client -am package -DskipTests)
done
rm -rf "$output"
mkdir -p "$output"
(umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$work/password")
start_network
for quorum in "${quorums[@]}"; do
  echo "Quorums $quorum: five nodes start ..." >&2
  start_nodes "${quorum%,*}" "${quorum#*,}"
  # The processes get warm, or the first level would pay for it.
  load leader 30 "$work/warm-up"
  for level in "${levels[@]}"; do
    echo "Quorums $quorum, read level $level, $seconds s ..." >&2
    load "$level" "$seconds" "$output/quorum-${quorum/,/-}/$level"
  done
  knows_leader 1 || fail "node $leader has lost the lead meanwhile: the figures are of two leaders"
  end_processes
done
python3 "$root/benchmarks/regions_report.py" "$output"
cat "$output/table.md"
