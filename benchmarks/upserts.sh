#!/usr/bin/env bash
# Durable one-row upserts: OmniSQL's local cluster against a single PostgreSQL and against a primary with two synchronous
# standbys, in turns on this machine, fsync on everywhere. Needs pgbench, psql and Python; prints a Markdown table: upserts per second as the
# median of the rounds, percentiles over the transactions of all rounds, and how each system did against the primary with standbys of the same round.
#
# CONNECTIONS="1 16 64", ROUNDS=3, SECONDS_PER_RUN=8, WARM_UP=40 (seconds, once for each), RUN_IN=3 (seconds, before each measurement),
# PGBENCH_MODE=prepared, SYSTEM=all (or omnisql).
# FLUSH_MICROS=N makes every fsync of every system take N microseconds longer, as a disk behind a network does. Needs a C compiler.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
seconds=${SECONDS_PER_RUN:-8}
rounds=${ROUNDS:-3}
read -r -a connections <<<"${CONNECTIONS:-1 16 64}"
mode=${PGBENCH_MODE:-prepared}
work=$(mktemp -d "${TMPDIR:-/tmp}"/omnisql-bench.XXXXXX)
trap 'rm -rf "$work"' EXIT # Until there is more to clean up.
chmod 755 "$work"
base_port=${BENCH_PORT:-25430}
system_only=${SYSTEM:-all}

for program in pgbench psql python3; do
  command -v "$program" >/dev/null || { echo "$program is needed (Debian: apt-get install postgresql-client postgresql-contrib python3)" >&2; exit 1; }
done

# PostgreSQL refuses to run as root: inside a user namespace of its own it is not.
as_postgres=()
[ "$(id -u)" != 0 ] || as_postgres=(unshare -U)

cat >"$work/upsert.sql" <<'SQL'
\set k random(1, 100000)
INSERT INTO bench_table (k, v) VALUES (:k, :k) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v
SQL
rival="PostgreSQL, ANY 1 of 2 standbys, remote_apply"
create='CREATE TABLE IF NOT EXISTS bench_table (k bigint PRIMARY KEY, v bigint)'

# What the databases, and only they, are started with.
slowly=()
if [ -n "${FLUSH_MICROS:-}" ]; then
  [[ "$FLUSH_MICROS" =~ ^[0-9]{1,7}$ ]] || { echo "FLUSH_MICROS is a number of microseconds below ten million, not '$FLUSH_MICROS'" >&2; exit 2; }
  command -v cc >/dev/null || { echo "FLUSH_MICROS needs a C compiler (Debian: apt-get install gcc libc6-dev)" >&2; exit 1; }
  cc -shared -fPIC -O2 -o "$work/slow-flush.so" "$root/benchmarks/slow-flush.c" -ldl
  slowly=(env "LD_PRELOAD=$work/slow-flush.so" "FLUSH_MICROS=$FLUSH_MICROS")
fi

cluster() {
  "${slowly[@]}" "$root/run-local-cluster.sh" --data "$work/omnisql" --port-offset 9000 "$@"
}

# signal_nodes SIGNAL: nodes that only wait take two hundredths of two cores, which are the others' while they are measured.
signal_nodes() {
  local file
  for file in "$work"/omnisql/node-*/node.pid; do
    [ ! -f "$file" ] || kill "-$1" "$(cat "$file")" || true
  done
}

cleanup() {
  signal_nodes CONT
  cluster stop >/dev/null 2>&1 || true
  local folder
  for folder in "$work"/postgres-*; do
    [ ! -f "$folder/postmaster.pid" ] || kill -QUIT "$(head -n 1 "$folder/postmaster.pid")" 2>/dev/null || true
  done
  sleep 1
  rm -rf "$work"
}
trap cleanup EXIT

# upserts URL CONNECTIONS SECONDS [OPTION...]: what pgbench says lies in $work/out, and is shown when it fails.
upserts() {
  local url=$1 c=$2 duration=$3
  shift 3
  pgbench -n -M "$mode" -f "$work/upsert.sql" -c "$c" -j 2 -T "$duration" "$@" "$url" >"$work/out" 2>&1 || { tail "$work/out" >&2; exit 1; }
}

# warm_up URL: with the most connections, for a Java process compiles what it runs often, and that takes a while on few cores.
warm_up() {
  psql -q "$1" -c "$create"
  upserts "$1" "${connections[-1]}" "${WARM_UP:-40}"
}

# measure URL CONNECTIONS: pgbench's figures in $work/out, the microseconds of every transaction in $work/times.
measure() {
  # Not to be measured: what the system before has left to be written, paths compiled for other numbers of connections.
  upserts "$1" "$2" "${RUN_IN:-3}"
  mkdir -p "$work/log"
  upserts "$1" "$2" "$seconds" -l --log-prefix="$work/log/l"
  cat "$work"/log/l.* | awk '{print $3}' >"$work/times"
  rm -rf "$work/log"
}

# keep NAME CONNECTIONS ROUND: what was measured last counts.
keep() {
  # Without the time that connecting takes: SCRAM here, nothing for PostgreSQL's sessions.
  echo "$1|$2|$3|$(awk '/^tps/ {print $3}' "$work/out")" | tee -a "$work/rounds" >&2
  cat "$work/times" >>"$work/times-$1-$2"
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
  warm_up "postgresql://bench@127.0.0.1:$base_port/postgres"
}

with_standbys() {
  local n port=$((base_port + 1))
  init_postgres primary
  # A copy of a stopped primary is a standby's beginning; the binaries hold no pg_basebackup.
  for n in 1 2; do
    cp -a "$work/postgres-primary" "$work/postgres-standby$n"
    touch "$work/postgres-standby$n/standby.signal"
  done
  start_postgres primary "$port"
  for n in 1 2; do
    start_postgres "standby$n" $((port + n)) \
      -c "primary_conninfo=host=127.0.0.1 port=$port user=bench application_name=standby$n"
  done
  psql -q "postgresql://bench@127.0.0.1:$port/postgres" \
    -c "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby1, standby2)'" \
    -c "ALTER SYSTEM SET synchronous_commit = remote_apply"
  stop_postgres primary
  (cd "$work" && exec "${slowly[@]}" "${as_postgres[@]}" "$bin/postgres" -D "$work/postgres-primary" -p "$port" -k "$work" -c listen_addresses=127.0.0.1 \
    -c fsync=on -c max_connections=200 -c shared_buffers=128MB -c wal_level=replica) >>"$work/primary.log" 2>&1 &
  local deadline=$((SECONDS + 60))
  until [ "$(psql -qtA "postgresql://bench@127.0.0.1:$port/postgres" -c 'SELECT count(*) FROM pg_stat_replication' 2>/dev/null)" = 2 ]; do
    [ $SECONDS -lt $deadline ] || { tail "$work"/primary.log "$work"/standby*.log >&2; exit 1; }
    sleep 0.3
  done
  psql -qtA "postgresql://bench@127.0.0.1:$port/postgres" -c "SHOW synchronous_commit" -c "SHOW synchronous_standby_names" >&2
  warm_up "postgresql://bench@127.0.0.1:$port/postgres"
}

# The first node with this role.
node_of_role() {
  cluster status | sed -n "s/^node \([0-9]*\) *$1 .*/\1/p" | head -n 1
}

# Which node all three follow, or nothing.
agreed_leader() {
  cluster status | sed -n 's/^node [0-9].* leader=\([0-9]*\) .*/\1/p' | sort | uniq -c | awk '$1 == 3 {print $2}'
}

# Waits until all three nodes have followed one of them for a second; its number.
await_calm() {
  local deadline=$((SECONDS + 60)) before="" now
  while true; do
    now=$(agreed_leader)
    [ -z "$now" ] || [ "$now" != "$before" ] || break
    [ $SECONDS -lt $deadline ] || { echo "three nodes do not agree who leads:" >&2; cluster status >&2; exit 1; }
    before=$now
    sleep 1
  done
  echo "$now"
}

omnisql() {
  cluster start >&2
  warm_up "$(cluster url "$(await_calm)")"
  warm_up "$(cluster url "$(node_of_role follower)")"
}

# measure_omnisql NAME ROLE CONNECTIONS ROUND: again when another node led in the end, or one was gone; three times at most.
measure_omnisql() {
  local attempt leader
  for attempt in 1 2 3; do
    leader=$(await_calm)
    measure "$(cluster url "$(node_of_role "$2")")" "$3"
    if [ "$(agreed_leader)" = "$leader" ]; then
      keep "$1" "$3" "$4"
      return
    fi
    echo "another node leads now: attempt $attempt does not count" >&2
  done
  exit 1
}

measure_rivals() {
  measure "postgresql://bench@127.0.0.1:$base_port/postgres" "$1"
  keep "PostgreSQL, alone" "$1" "$2"
  measure "postgresql://bench@127.0.0.1:$((base_port + 1))/postgres" "$1"
  keep "$rival" "$1" "$2"
}

# measure_ours CONNECTIONS ROUND
measure_ours() {
  signal_nodes CONT
  measure_omnisql "OmniSQL, three nodes, clients at the leader" leader "$1" "$2"
  measure_omnisql "OmniSQL, three nodes, clients at a follower" follower "$1" "$2"
  [ "$system_only" = omnisql ] || signal_nodes STOP
}

case "$system_only" in
  all)
    bin=$(binaries)
    omnisql
    signal_nodes STOP
    single
    with_standbys
    ;;
  omnisql) omnisql ;;
  *) echo "SYSTEM is 'all' or 'omnisql'" >&2 && exit 2 ;;
esac
for ((round = 1; round <= rounds; round++)); do
  for c in "${connections[@]}"; do
    # What one leaves to be written falls on the next: they take turns in that, too.
    if [ "$system_only" = omnisql ]; then
      measure_ours "$c" "$round"
    elif ((round % 2)); then
      measure_ours "$c" "$round"
      measure_rivals "$c" "$round"
    else
      measure_rivals "$c" "$round"
      measure_ours "$c" "$round"
    fi
  done
done
signal_nodes CONT
for n in 1 2 3; do
  echo "node $n: $(awk '/VmRSS/ {print int($2/1024)}' "/proc/$(cat "$work/omnisql/node-$n/node.pid")/status") MiB resident after the runs" >&2
done

echo
echo "$(nproc) cores, $(awk '/MemTotal/ {print int($2/1048576)}' /proc/meminfo) GiB, $(uname -sr), pgbench -M $mode, $rounds rounds of $seconds s, each after ${RUN_IN:-3} s of the same${FLUSH_MICROS:+, each flush $FLUSH_MICROS µs longer}"
python3 "$root/benchmarks/upserts_report.py" "$work" "$rival"
