#!/usr/bin/env bash
# Brings up compose.yaml from the images that images/build.sh made, runs the client's bank workload through a killed container, reads the metrics by
# the dashboard's and the alerts' own queries, and takes everything down with its volumes.
# Prometheus and Grafana themselves start only where their images are; the queries are tried by a prometheus program of this machine, if there is one.
# Usage: scripts/check-compose.sh      (OMNISQL_TAG: the images' tag)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"
cd "$root"

fail() {
  echo "check-compose.sh: $*" >&2
  exit 1
}

docker info >/dev/null 2>&1 || fail "no Docker engine answers"
if docker compose version >/dev/null 2>&1; then
  compose=(docker compose -p omnisql-check -f compose.yaml)
elif command -v docker-compose >/dev/null; then
  compose=(docker-compose -p omnisql-check -f compose.yaml)
else
  fail "docker compose is missing (Debian: docker-compose)"
fi
for image in node postgres; do
  docker image inspect "${OMNISQL_PREFIX:-omnisql}/$image:${OMNISQL_TAG:-dev}" >/dev/null 2>&1 || fail "no image of the $image: images/build.sh"
done

work=$(mktemp -d)
prometheus=""
cleanup() {
  local status=$?
  if [ "$status" -ne 0 ]; then "${compose[@]}" logs --tail=30 2>&1 || true; fi
  [ -z "$prometheus" ] || kill "$prometheus" 2>/dev/null || true
  "${compose[@]}" down --volumes --timeout 30 >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

services=(node-1 postgres-1 node-2 postgres-2 node-3 postgres-3)
mapfile -t others < <(sed -n 's/^ *image: \(prom\/prometheus\|grafana\/grafana\)\(:.*\)/\1\2/p' compose.yaml)
for image in "${others[@]}"; do
  if docker image inspect "$image" >/dev/null 2>&1; then
    services+=("$(basename "${image%%:*}")")
  else
    echo "$image is not here, so it is not started"
  fi
done

ready() { curl -sSf -m 3 -o /dev/null "http://127.0.0.1:$((18190 + $1))/q/health/ready" 2>/dev/null; }

await_ready() {
  local n deadline=$((SECONDS + 240))
  for n in "$@"; do
    until ready "$n"; do
      [ $SECONDS -lt $deadline ] || fail "node $n does not become ready"
      sleep 0.5
    done
  done
}

"${compose[@]}" up -d "${services[@]}"
await_ready 1 2 3
password=$("${compose[@]}" exec -T node-1 cat /etc/omnisql-secrets/password)
url() { echo "postgresql://app:$password@127.0.0.1:$((15450 + $1))/omnisql"; }

echo "== the bank workload, while a container is killed"
find_jdk25
[ -f client/target/omnisql-client.jar ] || mvn -q -B -pl client -am package -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx256m -jar client/target/omnisql-client.jar check bank --url "$(url 1)" --url "$(url 2)" --url "$(url 3)" \
  --seconds 30 --output "$work/bank" >"$work/bank.log" 2>&1 &
workload=$!
sleep 8
"${compose[@]}" kill -s KILL node-1
sleep 5
# The PostgreSQL beside it has lost its network with it, as the containers of a pod would.
"${compose[@]}" up -d --force-recreate --no-deps node-1
"${compose[@]}" up -d --force-recreate --no-deps postgres-1
await_ready 1
wait "$workload" || { cat "$work/bank.log"; fail "the workload failed"; }
tail -n 2 "$work/bank.log"

echo "== databases"
psql -XAtq "$(url 1)" -c "CREATE TABLE compose_check (n int PRIMARY KEY)" -c "INSERT INTO compose_check VALUES (1), (2), (3)"
for n in 1 2 3; do
  [ "$(psql -XAtq "$(url $n)" -c "SET omnisql.read_level = 'linearizable'" -c 'SELECT sum(n) FROM compose_check')" = 6 ] || fail "node $n does not see the write"
done

echo "== metrics"
python3 -c 'import json; json.load(open("compose/grafana/dashboards/omnisql.json"))'
if command -v promtool >/dev/null && command -v prometheus >/dev/null; then
  promtool check config compose/prometheus/prometheus.yml
  cp compose/prometheus/*.yml "$work/"
  sed -E 's/node-([123]):9000/127.0.0.1:1819\1/g' compose/prometheus/prometheus.yml >"$work/prometheus.yml"
  prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address=127.0.0.1:19190 >"$work/prometheus.log" 2>&1 &
  prometheus=$!
  python3 scripts/check-dashboard.py http://127.0.0.1:19190 compose/grafana/dashboards/omnisql.json compose/prometheus/alerts.yml
else
  echo "no prometheus and promtool on this machine: the queries were not tried (Debian: prometheus)"
fi
echo "compose.yaml works."
