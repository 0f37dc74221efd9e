#!/usr/bin/env bash
# How long a node takes to catch up that is ENTRIES entries behind, and one whose disk was emptied, while writes go on at the others and
# a fifth member is dead. Prints a Markdown table: seconds, what the others wrote a second meanwhile; then what the logs took on the
# disks, which must stay within omnisql.log.retained-bytes and two files of 64 MiB: the script fails if it does not, or if the databases
# differ in the end. Needs pgbench, psql and curl.
#
#   ENTRIES=1000000  how far the node is behind        RETAINED_BYTES=1073741824  the bound of the log (less: a snapshot is taken over)
#   RATE=1000        writes a second while it catches up   CONNECTIONS=64
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for program in pgbench psql curl; do
  command -v "$program" >/dev/null || { echo "$program is needed (Debian: apt-get install postgresql-client postgresql-contrib curl)" >&2; exit 1; }
done
entries=${ENTRIES:-1000000}
connections=${CONNECTIONS:-64}
rate=${RATE:-1000}
patience=${PATIENCE_SECONDS:-3600}
retained=${RETAINED_BYTES:-1073741824}
export OMNISQL_LOG_RETAINED_BYTES=$retained OMNISQL_READY_SECONDS=$patience
bound=$((retained + 2 * (64 << 20)))
work=$(mktemp -d "${TMPDIR:-/tmp}"/omnisql-catch-up.XXXXXX)
chmod 755 "$work"
load=
watch=
cluster() { "$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9600 "$@"; }
cleanup() {
  local status=$?
  [ -z "$load" ] || kill "$load" 2>/dev/null || true
  [ -z "$watch" ] || kill "$watch" 2>/dev/null || true
  cluster stop >/dev/null 2>&1 || true
  if [ $status = 0 ]; then rm -rf "$work"; else echo "what the nodes told is kept in $work/omnisql" >&2; fi
}
trap cleanup EXIT

cat >"$work/upsert.sql" <<'SQL'
\set k random(1, 100000)
INSERT INTO bench_table (k, v) VALUES (:k, :k) ON CONFLICT (k) DO UPDATE SET v = bench_table.v + EXCLUDED.v
SQL

# field NODE NAME: a number of its status, 0 when it does not answer.
field() {
  local found
  found=$(curl -sf -m 2 "$(cat "$work/http-$1")/v1/status" | tr -d '\n' | grep -oE "\"$2\" *: *[0-9]+" | head -n 1 | grep -oE '[0-9]+$') || true
  echo "${found:-0}"
}
http_of() { cluster http "$1" | sed 's,/*$,,; /^http/!s,^,http://,' >"$work/http-$1"; }
installed() { cat "$work/omnisql/node-$1"/*.log 2>/dev/null | grep -c 'Snapshot installed:' || true; }

watch_disks() {
  local max=0 node bytes
  while sleep 1; do
    for node in 1 2 3; do
      bytes=$(field "$node" diskBytes)
      [ "$bytes" -le "$max" ] || { max=$bytes; echo "$max" >"$work/disk-max"; }
    done
  done
}

# await_caught_up NODE: within 1,000 entries of what node 1 had executed a moment before.
await_caught_up() {
  local deadline=$((SECONDS + patience)) goal
  while :; do
    goal=$(field 1 appliedIndex)
    [ "$(field "$1" appliedIndex)" -lt $((goal - 1000)) ] || [ "$goal" = 0 ] || return 0
    [ $SECONDS -lt $deadline ] || { echo "node $1 did not catch up within $patience s" >&2; exit 1; }
    sleep 0.2
  done
}

# measure WHAT NODE COMMAND...: a line of the table.
measure() {
  local what=$1 node=$2 behind before began snapshots way
  shift 2
  snapshots=$(installed "$node")
  [ "${2:-}" != replace-node ] || snapshots=0 # Its log file goes with its folder.
  before=$(field 1 appliedIndex)
  behind=$((before - $(cat "$work/applied-$node")))
  began=$(date +%s%N)
  "$@" >&2
  http_of "$node"
  await_caught_up "$node"
  local milliseconds=$((($(date +%s%N) - began) / 1000000))
  way="the log"
  [ "$(installed "$node")" = "$snapshots" ] || way="a snapshot and the log"
  awk -v what="$what" -v behind="$behind" -v way="$way" -v ms="$milliseconds" -v written=$(($(field 1 appliedIndex) - before)) \
    'BEGIN { printf "| %s | %d | %s | %.1f | %.0f |\n", what, behind, way, ms / 1000, written * 1000 / ms }'
}

cluster start >&2
cluster add-node 4 >&2
cluster add-node 5 >&2
first=$(cluster url 1)
for node in 1 2 3 4 5; do http_of "$node"; done
psql -q "$first" -c 'CREATE TABLE bench_table (k bigint PRIMARY KEY, v bigint)'
echo 0 >"$work/disk-max"
field 5 appliedIndex >"$work/applied-5"
cluster kill 5 >&2
field 4 appliedIndex >"$work/applied-4"
cluster kill 4 >&2
watch_disks &
watch=$!

began=$(date +%s%N)
pgbench -n -M prepared -f "$work/upsert.sql" -c "$connections" -j 2 -t $(((entries + connections - 1) / connections)) "$first" >"$work/pgbench.out" 2>&1
awk -v ms=$((($(date +%s%N) - began) / 1000000)) -v n="$entries" 'BEGIN { printf "%d entries written in %.1f s, %.0f a second\n\n", n, ms / 1000, n * 1000 / ms }'

pgbench -n -M prepared -f "$work/upsert.sql" -c "$connections" -j 2 -T $((2 * patience)) -R "$rate" "$first" >"$work/load.out" 2>&1 &
load=$!
echo "| node | entries behind | goes on from | caught up after s | written at the others meanwhile, 1/s |"
echo "|---|--:|---|--:|--:|"
measure "was dead" 4 cluster start 4
echo 0 >"$work/applied-4"
measure "its disk was emptied" 4 cluster replace-node 4
measure "was dead for the whole run" 5 cluster start 5
kill -0 "$load" 2>/dev/null || { cat "$work/load.out" >&2; echo "the load ended early" >&2; exit 1; }
kill "$load"
wait "$load" 2>/dev/null || true
load=
kill "$watch"
wait "$watch" 2>/dev/null || true
watch=

sums=
for node in 1 2 3 4 5; do
  sum=$(psql -qtA "$(cluster url "$node")" -c "SET omnisql.read_level = 'linearizable'" -c 'SELECT count(*), sum(v), sum(k * v) FROM bench_table')
  echo "node $node: $sum" >&2
  [ -z "$sums" ] || [ "$sum" = "$sums" ] || { echo "the databases differ" >&2; exit 1; }
  sums=$sum
done
disk=$(cat "$work/disk-max")
echo
echo "Log on the disks of nodes 1 to 3: at most $((disk >> 20)) MiB; bound $((bound >> 20)) MiB (retained $((retained >> 20)) MiB and two files). All five databases are equal."
echo "$(nproc) cores, $(awk '/MemTotal/ {print int($2/1048576)}' /proc/meminfo) GiB, $(uname -sr)"
[ "$disk" -le "$bound" ] || { echo "the log's bound was exceeded" >&2; exit 1; }
