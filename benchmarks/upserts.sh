#!/usr/bin/env bash
# Durable one-row upserts: OmniSQL's local cluster against a single PostgreSQL and against a primary with two synchronous
# standbys, one after the other on this machine, fsync on everywhere. Needs pgbench and psql; prints a Markdown table.
#
# CONNECTIONS="1 16 64", SECONDS_PER_RUN=20, WARM_UP=30 (seconds), PGBENCH_MODE=prepared, SYSTEM=all (or omnisql).
# FLUSH_MICROS=N makes every fsync of every system take N microseconds longer, as a disk behind a network does. Needs a C compiler.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
seconds=${SECONDS_PER_RUN:-20}
read -r -a connections <<<"${CONNECTIONS:-1 16 64}"
mode=${PGBENCH_MODE:-prepared}
work=$(mktemp -d /tmp/omnisql-bench.XXXXXX)
chmod 755 "$work"
base_port=${BENCH_PORT:-25430}
system_only=${SYSTEM:-all}

for program in pgbench psql; do
  command -v "$program" >/dev/null || { echo "$program is needed (Debian: apt-get install postgresql-client postgresql-contrib)" >&2; exit 1; }
done

# PostgreSQL refuses to run as root: inside a user namespace of its own it is not.
as_postgres=()
[ "$(id -u)" != 0 ] || as_postgres=(unshare -U)

cat >"$work/upsert.sql" <<'SQL'
\set k random(1, 100000)
INSERT INTO bench_table (k, v) VALUES (:k, :k) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v
SQL
create='CREATE TABLE IF NOT EXISTS bench_table (k bigint PRIMARY KEY, v bigint)'

# What the databases, and only they, are started with.
slowly=()
if [ -n "${FLUSH_MICROS:-}" ]; then
  [[ "$FLUSH_MICROS" =~ ^[0-9]{1,7}$ ]] || { echo "FLUSH_MICROS is a number of microseconds below ten million, not '$FLUSH_MICROS'" >&2; exit 2; }
  command -v cc >/dev/null || { echo "FLUSH_MICROS needs a C compiler (Debian: apt-get install gcc libc6-dev)" >&2; exit 1; }
  cc -shared -fPIC -O2 -o "$work/slow-flush.so" "$root/benchmarks/slow-flush.c" -ldl
  slowly=(env "LD_PRELOAD=$work/slow-flush.so" "FLUSH_MICROS=$FLUSH_MICROS")
fi

cleanup() {
  "$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9000 stop >/dev/null 2>&1 || true
  local folder
  for folder in "$work"/postgres-*; do
    [ ! -f "$folder/postmaster.pid" ] || kill -QUIT "$(head -n 1 "$folder/postmaster.pid")" 2>/dev/null || true
  done
  sleep 1
  rm -rf "$work"
}
trap cleanup EXIT

# measure NAME URL: one line per number of connections.
measure() {
  local name=$1 url=$2 c log
  psql -q "$url" -c "$create"
  # With the most connections: a Java process compiles what it runs often, and that takes a while on few cores.
  pgbench -n -M "$mode" -f "$work/upsert.sql" -c "${connections[-1]}" -j 2 -T "${WARM_UP:-30}" "$url" >/dev/null 2>&1
  for c in "${connections[@]}"; do
    log=$work/$name-$c
    mkdir -p "$log"
    pgbench -n -M "$mode" -f "$work/upsert.sql" -c "$c" -j 2 -T "$seconds" -l --log-prefix="$log/l" "$url" >"$log/out" 2>&1
    # Third column of the log: microseconds of the transaction.
    cat "$log"/l.* | awk '{print $3}' | sort -n >"$log/times"
    awk -v name="$name" -v c="$c" -v s="$seconds" '{t[NR]=$1} END {
      printf "| %s | %d | %d | %.1f | %.1f |\n", name, c, NR / s, t[int(NR*0.50)+1]/1000, t[int(NR*0.99)]/1000 }' "$log/times" | tee -a "$work/table"
    rm -rf "$log"
  done
}

binaries() {
  local found
  found=$(find "${OMNISQL_BINARIES:-$HOME/.cache/omnisql}" -path '*/bin/postgres' 2>/dev/null | head -n 1)
  [ -n "$found" ] || { echo "no unpacked PostgreSQL found: start ./run-local-cluster.sh once, or set OMNISQL_BINARIES" >&2; exit 1; }
  dirname "$found"
}

start_postgres() {
  local name=$1 port=$2
  shift 2
  (cd "$work" && exec "${slowly[@]}" "${as_postgres[@]}" "$bin/postgres" -D "$work/postgres-$name" -p "$port" -k "$work" -c listen_addresses=127.0.0.1 \
    -c fsync=on -c synchronous_commit=on -c max_connections=200 -c shared_buffers=128MB -c wal_level=replica "$@") >"$work/$name.log" 2>&1 &
  local deadline=$((SECONDS + 60))
  until psql -q "postgresql://bench@127.0.0.1:$port/postgres" -c 'SELECT 1' >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || { tail "$work/$name.log" >&2; exit 1; }
    sleep 0.2
  done
}

stop_postgres() {
  local pid
  pid=$(head -n 1 "$work/postgres-$1/postmaster.pid")
  kill -INT "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

init_postgres() {
  "${as_postgres[@]}" "$bin/initdb" -D "$work/postgres-$1" -U bench -A trust -E UTF8 --locale=C >/dev/null
}

single() {
  init_postgres single
  start_postgres single "$base_port"
  measure "PostgreSQL, alone" "postgresql://bench@127.0.0.1:$base_port/postgres"
  stop_postgres single
}

with_standbys() {
  local n
  init_postgres primary
  # A copy of a stopped primary is a standby's beginning; the binaries hold no pg_basebackup.
  for n in 1 2; do
    cp -a "$work/postgres-primary" "$work/postgres-standby$n"
    touch "$work/postgres-standby$n/standby.signal"
  done
  start_postgres primary "$base_port"
  for n in 1 2; do
    start_postgres "standby$n" $((base_port + n)) \
      -c "primary_conninfo=host=127.0.0.1 port=$base_port user=bench application_name=standby$n"
  done
  psql -q "postgresql://bench@127.0.0.1:$base_port/postgres" \
    -c "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby1, standby2)'" \
    -c "ALTER SYSTEM SET synchronous_commit = remote_apply"
  stop_postgres primary
  (cd "$work" && exec "${slowly[@]}" "${as_postgres[@]}" "$bin/postgres" -D "$work/postgres-primary" -p "$base_port" -k "$work" -c listen_addresses=127.0.0.1 \
    -c fsync=on -c max_connections=200 -c shared_buffers=128MB -c wal_level=replica) >>"$work/primary.log" 2>&1 &
  until [ "$(psql -qtA "postgresql://bench@127.0.0.1:$base_port/postgres" -c 'SELECT count(*) FROM pg_stat_replication' 2>/dev/null)" = 2 ]; do sleep 0.3; done
  psql -qtA "postgresql://bench@127.0.0.1:$base_port/postgres" -c "SHOW synchronous_commit" -c "SHOW synchronous_standby_names" >&2
  measure "PostgreSQL, ANY 1 of 2 standbys, remote_apply" "postgresql://bench@127.0.0.1:$base_port/postgres"
  for n in standby1 standby2 primary; do stop_postgres "$n"; done
}

# The first node with this role.
url_of_role() {
  local n
  n=$("$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9000 status | sed -n "s/^node \([0-9]*\) *$1 .*/\1/p" | head -n 1)
  [ -n "$n" ] || { echo "no $1 found" >&2; exit 1; }
  "$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9000 url "$n"
}

omnisql() {
  "${slowly[@]}" "$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9000 start >&2
  measure "OmniSQL, three nodes, clients at the leader" "$(url_of_role leader)"
  measure "OmniSQL, three nodes, clients at a follower" "$(url_of_role follower)"
  local n pid
  for n in 1 2 3; do
    pid=$(cat "$work/omnisql/node-$n/node.pid")
    echo "node $n: $(awk '/VmRSS/ {print int($2/1024)}' "/proc/$pid/status") MiB resident after the runs" >&2
  done
  "$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9000 stop >&2
}

case "$system_only" in
  all) omnisql && bin=$(binaries) && single && with_standbys ;;
  omnisql) omnisql ;;
  *) echo "SYSTEM is 'all' or 'omnisql'" >&2 && exit 2 ;;
esac

echo
echo "$(nproc) cores, $(awk '/MemTotal/ {print int($2/1048576)}' /proc/meminfo) GiB, $(uname -sr), pgbench -M $mode, $seconds s each${FLUSH_MICROS:+, each flush $FLUSH_MICROS µs longer}"
echo "| system | connections | upserts/s | p50 ms | p99 ms |"
echo "|---|--:|--:|--:|--:|"
cat "$work/table"
