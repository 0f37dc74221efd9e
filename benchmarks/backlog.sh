#!/usr/bin/env bash
# What a backlog does to a node's memory: node 3's PostgreSQL is stopped (not killed) while 100,000 writes are decided, then goes on.
# Prints the resident memory of each node's Java process before, with the backlog, and after it is worked off. Needs pgbench and psql.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}"/omnisql-backlog.XXXXXX)
chmod 755 "$work"
entries=${ENTRIES:-100000}
cluster() { "$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9500 "$@"; }
postgres=()
cleanup() {
  [ ${#postgres[@]} = 0 ] || kill -CONT "${postgres[@]}" 2>/dev/null || true
  cluster stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

cat >"$work/upsert.sql" <<'SQL'
\set k random(1, 100000)
INSERT INTO bench_table (k, v) VALUES (:k, :k) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v
SQL

memory() {
  local n line=""
  for n in 1 2 3; do
    line+=" $(awk '/VmRSS/ {print int($2/1024)}' "/proc/$(cat "$work/omnisql/node-$n/node.pid")/status")"
  done
  printf '| %s |%s |\n' "$1" "$(sed 's/ / | /g; s/^ |//' <<<"$line")"
}
applied() { psql -qtA "$1" -c 'SHOW omnisql.applied_index'; }

cluster start >&2
first=$(cluster url 1)
third=$(cluster url 3)
psql -q "$first" -c 'CREATE TABLE bench_table (k bigint PRIMARY KEY, v bigint)'
pgbench -n -M prepared -f "$work/upsert.sql" -c 64 -j 2 -T "${WARM_UP:-30}" "$first" >/dev/null 2>&1
echo "| MiB resident | node 1 | node 2 | node 3 |"
echo "|---|--:|--:|--:|"
memory "before"
postmaster=$(head -n 1 "$(find "$work/omnisql/node-3" -name postmaster.pid)")
mapfile -t postgres < <(echo "$postmaster"; pgrep -P "$postmaster")
kill -STOP "${postgres[@]}"
pgbench -n -M prepared -f "$work/upsert.sql" -c 50 -j 2 -t $((entries / 50)) "$first" >/dev/null 2>&1
memory "$entries entries behind at node 3"
kill -CONT "${postgres[@]}"
postgres=()
target=$(applied "$first")
deadline=$((SECONDS + 120))
until [ "$(applied "$third")" -ge "$target" ]; do
  [ $SECONDS -lt $deadline ] || { echo "node 3 did not catch up" >&2; exit 1; }
  sleep 0.5
done
memory "worked off"
echo "$(nproc) cores, $(awk '/MemTotal/ {print int($2/1048576)}' /proc/meminfo) GiB, $(uname -sr)"
