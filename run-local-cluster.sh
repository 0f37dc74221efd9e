#!/usr/bin/env bash
# An OmniSQL cluster on this machine, three nodes at first, all on loopback, each node with its own PostgreSQL and folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"

founders=(1 2 3)
nodes=()
nodes_max=9
readers=
readers_max=4
offset_given=${OMNISQL_PORT_OFFSET:-}
data=${OMNISQL_DATA:-$root/data}
fresh=no
ready_seconds=${OMNISQL_READY_SECONDS:-120}
offset_max=46000 # The highest port stays below 65536.

usage() {
  cat <<'TEXT'
Usage: ./run-local-cluster.sh [OPTION...] [COMMAND]

Commands
  start        build what is missing, start all nodes, three at first, wait for a leader (the default)
  start N      start node N
  stop         stop all nodes (stop N: node N)
  status       who runs, who leads, how far each node is
  kill N       SIGKILL node N and its PostgreSQL
  url N        a libpq URI with credentials for node N
  http N       node N's HTTP address
  admin N      address of node N's management port: admin API, health, metrics
  add-node N       start a new node N (4 to 9, or a removed one) and make it a member
  remove-node N    node N is a member, or a read replica, no more; its data are thrown away
  replace-node N   throw node N's data away, as if its disk were lost, and make it a new member (or read replica) in its own place
  psql N       psql at node N (needs psql); statements that are not typed but piped stop at the first error
  logs N       follow node N's log

Options
  --fresh            throw the cluster's data away first (with start)
  --readers N        have N (0 to 4) read replicas beside the three members, nodes 4, 5, ... (with start); those that were
                       started before stay
  --port-offset K    add K to every port (default ports of node N: SQL 1543N, HTTP 1808N, management
                       1908N, peers 1700N, PostgreSQL 1553N);
                       OMNISQL_PORT_OFFSET in the environment does the same
  --data FOLDER      where the nodes keep their data (default: ./data)
TEXT
}

fail() {
  echo "run-local-cluster.sh: $*" >&2
  exit 1
}

# The offset is remembered beside the data, so that later calls find the nodes.
choose_offset() {
  local whence="--port-offset or OMNISQL_PORT_OFFSET"
  offset=$offset_given
  if [ -z "$offset" ] && [ -f "$data/port-offset" ]; then
    whence=$data/port-offset
    offset=$(cat "$whence")
  fi
  offset=${offset:-0}
  if ! [[ $offset =~ ^[0-9]{1,5}$ ]] || [ "$((10#$offset))" -gt "$offset_max" ]; then
    fail "'$offset' ($whence) is no number from 0 to $offset_max, by which every port could be shifted"
  fi
  offset=$((10#$offset))
}

sql_port() { echo $((15430 + $1 + offset)); }
http_port() { echo $((18080 + $1 + offset)); }
admin_port() { echo $((19080 + $1 + offset)); }
peer_port() { echo $((17000 + $1 + offset)); }
postgres_port() { echo $((15530 + $1 + offset)); }

# Those that have a folder, or the founders.
find_nodes() {
  local folder
  nodes=()
  for folder in "$data"/node-[1-9]; do
    [ ! -d "$folder" ] || nodes+=("${folder##*-}")
  done
  [ ${#nodes[@]} -gt 0 ] || nodes=("${founders[@]}")
}

node_folder() { echo "$data/node-$1"; }

is_reader() { [ -f "$(node_folder "$1")/reader" ]; }

# The nodes that shall be read replicas get their folders.
make_readers() {
  local n
  for ((n = ${#founders[@]} + 1; n <= ${#founders[@]} + readers; n++)); do
    [ ! -d "$(node_folder "$n")" ] || is_reader "$n" || fail "node $n is there already and no read replica"
  done
  for n in "${nodes[@]}"; do mkdir -p "$(node_folder "$n")"; done # Else the readers would seem to be all.
  for ((n = ${#founders[@]} + 1; n <= ${#founders[@]} + readers; n++)); do
    mkdir -p "$(node_folder "$n")"
    touch "$(node_folder "$n")/reader"
  done
  find_nodes
}

# Where members may be: all nodes but node $1.
others_addresses() {
  local m
  for ((m = 1; m <= nodes_max; m++)); do
    [ "$m" = "$1" ] || echo "127.0.0.1:$(peer_port "$m")"
  done | paste -sd, -
}

node_pid() {
  local file pid
  file="$(node_folder "$1")/node.pid"
  [ -f "$file" ] || return 1
  pid=$(cat "$file")
  # The number may belong to somebody else by now.
  if [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'quarkus-run.jar'; then
    echo "$pid"
  else
    return 1
  fi
}

port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# curl may be absent: bash alone can ask.
http_get() {
  local body
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
  body=$(timeout 3 cat <&3) || true
  exec 3>&- 3<&-
  printf '%s' "${body##*$'\r\n\r\n'}"
}

# http_post PORT PATH JSON: the answer's body.
http_post() {
  local body
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'POST %s HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "$2" "${#3}" "$3" >&3
  body=$(timeout 30 cat <&3) || true
  exec 3>&- 3<&-
  printf '%s' "${body##*$'\r\n\r\n'}"
}

membership_of() { http_get "$(admin_port "$1")" /admin/v1/membership 2>/dev/null || true; }

status_of() { http_get "$(http_port "$1")" /v1/status 2>/dev/null || true; }

# json_field TEXT NAME: the first string or number of that name.
json_field() {
  sed -n 's/.*"'"$2"'"[[:space:]]*:[[:space:]]*"\{0,1\}\([^",}]*\)"\{0,1\}.*/\1/p' <<<"$(tr -d '\n' <<<"$1" | sed 's/,/,\n/g')" | head -n 1
}

build() {
  local jar=$root/node/target/quarkus-app/quarkus-run.jar
  if [ -f "$jar" ] && [ -z "$(find "$root/pom.xml" "$root/omnipaxos/pom.xml" "$root/node/pom.xml" \
    "$root/omnipaxos/src/main" "$root/node/src/main" -newer "$jar" -print -quit)" ]; then
    return
  fi
  command -v mvn >/dev/null || fail "Maven 3.8 or newer is needed to build (Debian: apt-get install maven)"
  echo "Building the node (the first time downloads its libraries) ..."
  local log started
  log=$(mktemp)
  started=$SECONDS
  (cd "$root" && mvn -B -pl node -am package -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true) >"$log" 2>&1 &
  local maven=$!
  while kill -0 "$maven" 2>/dev/null; do
    sleep 2
    [ ! -t 1 ] || printf '\r  %4d s  %s' $((SECONDS - started)) "$(grep -oE 'Building OmniSQL[^[]*|--- [a-z-]+:[^ ]+' "$log" | tail -n 1 | cut -c1-60)          "
  done
  [ ! -t 1 ] || printf '\n'
  if ! wait "$maven"; then
    tail -n 40 "$log" >&2
    fail "the build failed; its log is $log"
  fi
  rm -f "$log"
  touch "$jar"
}

make_password() {
  [ -f "$data/password" ] && return
  (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$data/password")
}

start_node() {
  local n=$1 folder port
  if node_pid "$n" >/dev/null; then
    echo "Node $n runs already."
    return
  fi
  for port in "$(sql_port "$n")" "$(http_port "$n")" "$(admin_port "$n")" "$(peer_port "$n")"; do
    if port_is_open "$port"; then
      fail "port $port, which node $n needs, is taken by another program: stop that, or choose other ports with --port-offset 100"
    fi
  done
  folder=$(node_folder "$n")
  mkdir -p "$folder"
  local settings=$root/config/server-new.properties
  local environment=(
    "OMNISQL_NODE_DATA_FOLDER=$folder"
    "OMNISQL_BOOTSTRAP_PASSWORD_FILE=$data/password"
    "OMNISQL_SQL_PORT=$(sql_port "$n")"
    "OMNISQL_HTTP_PORT=$(http_port "$n")"
    "OMNISQL_ADMIN_PORT=$(admin_port "$n")"
    "OMNISQL_PEER_PORT=$(peer_port "$n")"
    "OMNISQL_POSTGRES_PORT=$(postgres_port "$n")"
  )
  local m
  if [ "$n" -le ${#founders[@]} ] && [ ! -f "$folder/joined-later" ]; then
    settings=$root/config/server-$n.properties
    for m in "${founders[@]}"; do
      environment+=("OMNISQL_CLUSTER_MEMBERS_$m=127.0.0.1:$(peer_port "$m")")
    done
  fi
  ! is_reader "$n" || environment+=("OMNISQL_READER_MEMBERS=$(others_addresses "$n")")
  # shellcheck disable=SC2086 # Several options in one variable are several words.
  (cd "$root" && exec env "${environment[@]}" setsid "$JAVA_HOME/bin/java" \
    -XX:+UseSerialGC -Xms64m -Xmx180m -XX:MaxMetaspaceSize=128m -XX:+ExitOnOutOfMemoryError ${OMNISQL_JAVA_OPTS:-} \
    "-Dsmallrye.config.locations=$settings" \
    -jar "$root/node/target/quarkus-app/quarkus-run.jar" >>"$folder/node.log" 2>&1 </dev/null & echo $! >"$folder/node.pid")
  # Until it is a node, the process looks like this script: on a busy machine whoever asked at once would believe it has stopped.
  local attempt
  for ((attempt = 0; attempt < 200; attempt++)); do
    if node_pid "$n" >/dev/null || ! kill -0 "$(cat "$folder/node.pid")" 2>/dev/null; then
      return 0
    fi
    sleep 0.05
  done
}

# Serves clients, and has applied what was decided when it started.
is_ready() {
  port_is_open "$(sql_port "$1")" && [ "$(json_field "$(http_get "$(admin_port "$1")" /q/health/ready)" status)" = UP ]
}

wait_for_leader() {
  local deadline=$((SECONDS + ready_seconds)) n leader="" open
  while [ $SECONDS -lt $deadline ]; do
    open=0
    for n in "$@"; do
      node_pid "$n" >/dev/null || { tail -n 20 "$(node_folder "$n")/node.log" >&2; fail "node $n has stopped; its log is $(node_folder "$n")/node.log"; }
      if is_ready "$n"; then
        open=$((open + 1))
        if is_reader "$n"; then
          leader=${leader:-elsewhere} # It knows none.
        else
          leader=$(json_field "$(status_of "$n")" leader)
        fi
      fi
    done
    if [ "$open" = $# ] && [ -n "$leader" ] && [ "$leader" != null ]; then
      return
    fi
    sleep 0.3
  done
  fail "no leader after $ready_seconds s; the logs are $data/node-*/node.log"
}

report() {
  local n status
  for n in "${nodes[@]}"; do
    if ! node_pid "$n" >/dev/null; then
      echo "node $n  stopped"
      continue
    fi
    status=$(status_of "$n")
    printf 'node %s  %-8s leader=%s decided=%s applied=%s  pid %s\n' "$n" "$(json_field "$status" role)" \
      "$(json_field "$status" leader)" "$(json_field "$status" decidedIndex)" "$(json_field "$status" appliedIndex)" "$(node_pid "$n")"
    printf '        psql "%s"\n        http://127.0.0.1:%s  (status: /v1/status, SQL: /v1/sql)\n        http://127.0.0.1:%s  (admin API: /admin/v1/membership, metrics: /q/metrics)\n' \
      "$(url "$n")" "$(http_port "$n")" "$(admin_port "$n")"
  done
}

url() {
  [ -f "$data/password" ] || fail "there is no cluster in $data yet: ./run-local-cluster.sh"
  echo "postgresql://app:$(cat "$data/password")@127.0.0.1:$(sql_port "$1")/omnisql"
}

open_psql() {
  local options=()
  [ -t 0 ] || options=(-v ON_ERROR_STOP=1)
  exec psql "${options[@]}" "$(url "$1")"
}

stop_node() {
  local n=$1 pid deadline=$((SECONDS + 30))
  pid=$(node_pid "$n") || return 0
  kill -TERM "$pid"
  while kill -0 "$pid" 2>/dev/null; do
    if [ $SECONDS -ge $deadline ]; then
      echo "Node $n does not stop; it is killed." >&2
      kill_node "$n"
      return
    fi
    sleep 0.2
  done
  rm -f "$(node_folder "$n")/node.pid"
}

kill_node() {
  local n=$1 pid postmaster
  pid=$(node_pid "$n") || fail "node $n does not run"
  postmaster=$(head -n 1 "$(node_folder "$n")/postgresql/pgdata/postmaster.pid" 2>/dev/null || true)
  kill -KILL "$pid"
  [ -z "$postmaster" ] || kill -KILL "$postmaster" 2>/dev/null || true
  local attempt
  for ((attempt = 0; attempt < 100; attempt++)); do # Until its ports are free: it may be started again at once.
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  rm -f "$(node_folder "$n")/node.pid"
}

number() {
  local n
  for n in "${nodes[@]}"; do
    [ "$n" != "${1:-}" ] || return 0
  done
  fail "'$command' needs the number of a node: ${nodes[*]}"
}

# A running member; not node $1, if given.
a_member() {
  local n
  for n in "${nodes[@]}"; do
    if [ "$n" != "${1:-}" ] && node_pid "$n" >/dev/null && [ "$(json_field "$(membership_of "$n")" state)" = Voting ]; then
      echo "$n"
      return
    fi
  done
  fail "no other member runs: ./run-local-cluster.sh"
}

# await_membership N NAME VALUE: until the field has that value.
await_membership() {
  local deadline=$((SECONDS + ready_seconds))
  until [ "$(json_field "$(membership_of "$1")" "$2")" = "$3" ]; do
    node_pid "$1" >/dev/null || fail "node $1 has stopped; its log is $(node_folder "$1")/node.log"
    [ $SECONDS -lt $deadline ] || fail "node $1: $2 is not $3 after $ready_seconds s; its log is $(node_folder "$1")/node.log"
    sleep 0.3
  done
}

# The members of a configuration, one a line.
members_in() { grep -o '{"memberId":[^}]*}' <<<"$1" || true; }

# reconfigure VIA MEMBERS: members one a line. A learner that fell behind a little since it was looked at is waited for.
reconfigure() {
  local before answer deadline=$((SECONDS + ready_seconds))
  before=$(membership_of "$1")
  before=${before#*'"configuration":{"id":'}
  before=${before%%,*}
  while true; do
    answer=$(http_post "$(admin_port "$1")" /admin/v1/reconfigure \
      "{\"expectedConfigurationId\":$before,\"members\":[$(paste -sd, - <<<"$2")]}")
    if [[ "$answer" != *'"code":"learner_not_ready"'* ]] || [ $SECONDS -ge $deadline ]; then
      break
    fi
    sleep 0.5
  done
  if [[ "$answer" != '{"configuration"'* ]] || [[ "$answer" == *'"error":'* ]]; then
    fail "the members were not changed: $answer"
  fi
}

# Starts node N with an empty folder, lets it follow the log, and makes it a member beside the given ones.
admit() {
  local n=$1 via=$2 members=$3 known id own
  rm -rf "$(node_folder "$n")"
  mkdir -p "$(node_folder "$n")"
  touch "$(node_folder "$n")/joined-later"
  find_jdk25
  build
  start_node "$n"
  await_membership "$n" state Joining
  known=$(membership_of "$via")
  id=$(json_field "$known" nextMemberId)
  own=$(http_post "$(admin_port "$n")" /admin/v1/join "{\"clusterUid\":\"$(json_field "$known" clusterUid)\",\"memberId\":$id,\"members\":[\"127.0.0.1:$(peer_port "$via")\"]}")
  grep -q '^{"clusterUid"' <<<"$own" || fail "node $n cannot join: $own"
  echo "Node $n follows the log as member $id to be ..."
  await_membership "$n" caughtUp true
  reconfigure "$via" "$members"$'\n'"{\"memberId\":$id,\"incarnation\":\"$(json_field "$own" incarnation)\",\"address\":\"127.0.0.1:$(peer_port "$n")\",\"priority\":0}"
  await_membership "$n" state Voting
  find_nodes
  wait_for_leader "$n"
}

# The members without the one at node N's address.
members_without() { members_in "$(membership_of "$1")" | grep -vF "\"127.0.0.1:$(peer_port "$2")\""; }

add_node() {
  local n=$1 via
  [[ "$n" =~ ^[1-9]$ ]] || fail "'add-node' needs a number from 1 to $nodes_max"
  ! is_reader "$n" || fail "node $n is a read replica: choose another number, or remove-node $n first"
  via=$(a_member)
  if members_in "$(membership_of "$via")" | grep -qF "\"127.0.0.1:$(peer_port "$n")\""; then
    fail "node $n is a member already"
  fi
  admit "$n" "$via" "$(members_in "$(membership_of "$via")")"
  report
}

remove_node() {
  local n=$1 via rest
  if ! is_reader "$n"; then
    via=$(a_member "$n")
    rest=$(members_without "$via" "$n")
    reconfigure "$via" "$rest"
  fi
  stop_node "$n"
  rm -rf "$(node_folder "$n")"
  find_nodes
  report
}

replace_node() {
  local n=$1 via
  via=$(a_member "$n")
  stop_node "$n"
  if is_reader "$n"; then
    rm -rf "$(node_folder "$n")"
    mkdir -p "$(node_folder "$n")"
    touch "$(node_folder "$n")/reader"
    find_jdk25
    build
    start_node "$n"
    wait_for_leader "$n"
    report
    return
  fi
  admit "$n" "$via" "$(members_without "$via" "$n")"
  report
}

start_all() {
  local n
  if [ "$fresh" = yes ]; then
    for n in "${nodes[@]}"; do stop_node "$n"; done
    rm -rf "${data:?}"/node-[1-9] "${data:?}/password" "${data:?}/port-offset"
    choose_offset # The remembered one is gone.
    find_nodes
  fi
  find_jdk25
  build
  mkdir -p "$data"
  [ -z "$offset_given" ] || echo "$offset" >"$data/port-offset"
  [ -z "$readers" ] || make_readers
  make_password
  for n in "${nodes[@]}"; do start_node "$n"; done
  echo "Waiting for a leader ..."
  wait_for_leader "${nodes[@]}"
  report
  echo "Role app, password $(cat "$data/password"). Stop with ./run-local-cluster.sh stop"
}

command=start
arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    --fresh) fresh=yes ;;
    --readers)
      [ -n "${2:-}" ] || fail "--readers needs a number from 0 to $readers_max"
      readers=$2 && shift
      ;;
    --port-offset)
      [ -n "${2:-}" ] || fail "--port-offset needs a number"
      offset_given=$2 && shift
      ;;
    --data)
      [ -n "${2:-}" ] || fail "--data needs a folder"
      data=$(mkdir -p "$2" && cd "$2" && pwd) && shift
      ;;
    -h | --help) usage && exit 0 ;;
    -*) usage >&2 && fail "unknown option $1" ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
if [ ${#arguments[@]} -gt 0 ]; then
  command=${arguments[0]}
fi
target=${arguments[1]:-}
[ ${#arguments[@]} -le 2 ] || fail "too many words: ${arguments[*]:2}"
[ "$command" != status ] || [ -z "$target" ] || fail "'status' takes no word more: $target"
if [ -n "$readers" ]; then
  [[ $readers =~ ^[0-9]$ && $readers -le $readers_max ]] || fail "'--readers' needs a number from 0 to $readers_max, not '$readers'"
  [ "$command$target" = start ] || fail "'--readers' goes with 'start' of all nodes only"
fi
choose_offset
find_nodes

case "$command" in
  start)
    if [ -z "$target" ]; then
      start_all
    else
      number "$target"
      find_jdk25
      build
      start_node "$target"
      wait_for_leader "$target"
      report
    fi
    ;;
  stop)
    if [ -n "$target" ]; then
      number "$target"
      stop_node "$target"
    else
      for n in "${nodes[@]}"; do stop_node "$n"; done
    fi
    ;;
  status) report ;;
  kill) number "$target" && kill_node "$target" ;;
  url) number "$target" && url "$target" ;;
  http) number "$target" && echo "http://127.0.0.1:$(http_port "$target")" ;;
  add-node) add_node "$target" ;;
  remove-node) number "$target" && remove_node "$target" ;;
  replace-node) number "$target" && replace_node "$target" ;;
  admin) number "$target" && echo "http://127.0.0.1:$(admin_port "$target")" ;;
  psql) number "$target" && open_psql "$target" ;;
  logs) number "$target" && exec tail -n 50 -F "$(node_folder "$target")/node.log" ;;
  *) usage >&2 && fail "unknown command $command" ;;
esac
