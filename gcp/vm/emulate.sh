#!/usr/bin/env bash
# Three machines on this one: each a network namespace with a systemd of its own (systemd-nspawn) over a copy-on-write view of this machine's
# files. They run startup.sh, install.sh and the unit as machines of Google Compute Engine do. Needs root and Debian's package systemd-container.
# Usage: gcp/vm/emulate.sh check      brings them up, runs a consistency workload through killed, restarted and rebooted nodes, takes them down
#        gcp/vm/emulate.sh up|down|status
#        gcp/vm/emulate.sh on N COMMAND...    in machine N, for example: on 2 journalctl -u omnisql-node
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"

state=${OMNISQL_VM_STATE:-/var/tmp/omnisql-vm}
package=$root/gcp/vm/target/omnisql-node.tar.gz
client=$root/client/target/omnisql-client.jar
machines=(1 2 3)
net=omnisql-net # the switch, and where clients stand
ready_seconds=240

fail() {
  echo "emulate.sh: $*" >&2
  exit 1
}

# Bounded waiting: await SECONDS WHAT COMMAND...
await() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || fail "$what takes too long"
    sleep 0.5
  done
}

machine() { echo "omnisql-vm$1"; }
address() { echo "10.99.0.1$1"; }

need() {
  local program
  [ "$(id -u)" = 0 ] || fail "root is needed for network namespaces"
  for program in systemd-nspawn ip curl psql python3 nsenter; do
    command -v "$program" >/dev/null || fail "$program is missing (Debian: systemd-container, iproute2, curl, postgresql-client, python3, util-linux)"
  done
}

make_network() {
  ip netns add "$net"
  ip -n "$net" link set lo up
  ip -n "$net" link add bridge type bridge
  ip -n "$net" addr add 10.99.0.1/24 dev bridge
  ip -n "$net" link set bridge up
  local n
  for n in "${machines[@]}"; do
    ip netns add "$(machine "$n")"
    ip -n "$net" link add "port$n" type veth peer name eth0 netns "$(machine "$n")"
    ip -n "$net" link set "port$n" master bridge up
    ip -n "$(machine "$n")" link set lo up
    ip -n "$(machine "$n")" addr add "$(address "$n")/24" dev eth0
    ip -n "$(machine "$n")" link set eth0 up
    ip -n "$(machine "$n")" addr add 169.254.169.254/32 dev lo
  done
}

write_metadata() { # N FILE: what terraform/modules/vm-cluster would set
  local m members=""
  for m in "${machines[@]}"; do members+=,$m=$(address "$m"):17000; done
  cat >"$2" <<TEXT
omnisql-package=file:///omnisql/package.tar.gz
omnisql-secret=file:///omnisql/password
omnisql-node=$1
omnisql-location=zone-$1
omnisql-cluster=emulated
omnisql-members=${members#,}
omnisql-initial-leader=1
omnisql-quorums=
omnisql-data-disk=none
omnisql-java-options=-Xms64m -Xmx180m -XX:MaxMetaspaceSize=128m
TEXT
}

make_machine() {
  local n=$1 folder=$state/$1 top=$state/$1/root
  mkdir -p "$folder"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$top"
  # None of this machine's own services.
  rm -rf "$top"/etc/systemd/system/*.wants "$top"/etc/systemd/system/*.service "$top"/var/log/journal
  : >"$top/etc/machine-id"
  mkdir -p "$top/omnisql" "$top/etc/systemd/system/multi-user.target.wants"
  cp "$package" "$top/omnisql/package.tar.gz"
  cp "$state/password" "$top/omnisql/password"
  cp "$root/gcp/vm/startup.sh" "$top/omnisql/startup.sh"
  # Google's guest agent runs the startup script at every start, by such a unit.
  cat >"$top/etc/systemd/system/startup-script.service" <<'TEXT'
[Unit]
Description=Startup script
[Service]
Type=oneshot
ExecStart=/omnisql/startup.sh
TimeoutStartSec=300
TEXT
  ln -s ../startup-script.service "$top/etc/systemd/system/multi-user.target.wants/"
  write_metadata "$n" "$folder/metadata"
  ip netns exec "$(machine "$n")" python3 "$root/gcp/vm/metadata-server.py" "$folder/metadata" >"$folder/metadata.log" 2>&1 &
  echo $! >"$folder/metadata.pid"
}

# Where the kernel shows control groups of version 2; beside those of version 1 they have a folder of their own.
control_groups() { findmnt -n -t cgroup2 -o TARGET | head -n 1; }

# In a control group of its own, so that its systemd sees and ends only what is its. nspawn ends with 133 when the machine reboots.
boot() {
  local n=$1 group status
  group=$(control_groups)/$(machine "$n")
  mkdir -p "$group"
  while :; do
    status=0
    # shellcheck disable=SC2016 # Expanded by the inner shell.
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 sh -c 'echo $$ >"$0/cgroup.procs" && echo $$ >"$1" && shift && exec systemd-nspawn "$@"' \
      "$group" "$state/$n/nspawn.pid" -q -D "$state/$n/root" --machine="$(machine "$n")" --register=no --keep-unit \
      --network-namespace-path="/run/netns/$(machine "$n")" --boot systemd.unit=multi-user.target || status=$?
    [ "$status" = 133 ] || return 0
  done </dev/null >"$state/$n/console.log" 2>&1
}

init_pid() { pgrep -P "$(cat "$state/$1/nspawn.pid")" -f systemd.unit=multi-user.target | head -n 1; }

on() {
  local n=$1 pid
  shift
  pid=$(init_pid "$n")
  [ -n "$pid" ] || fail "machine $n does not run"
  nsenter -t "$pid" -m -u -i -n -p -C -- "$@"
}

node_status() { ip netns exec "$net" curl -sSf -m 3 "http://$(address "$1"):8080/v1/status"; }
node_leader() { node_status "$1" | grep -oE '"leader" ?: ?[0-9]+'; }
sql_answers() { sql "$1" 'SELECT 1'; }
url() { echo "postgresql://app:$(cat "$state/password")@$(address "$1"):5432/omnisql"; }
sql() { ip netns exec "$net" psql -XAtq -v ON_ERROR_STOP=1 "$(url "$1")" -c "$2"; }

await_node() {
  await "$ready_seconds" "the start of node $1" node_leader "$1"
  await "$ready_seconds" "node $1's answer to SQL" sql_answers "$1"
}

up() {
  need
  [ ! -e "$state" ] || fail "$state is there: gcp/vm/emulate.sh down"
  [ -f "$package" ] || "$root/gcp/vm/package.sh"
  mkdir -p "$state"
  (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$state/password")
  make_network
  local n
  for n in "${machines[@]}"; do make_machine "$n"; done
  for n in "${machines[@]}"; do boot "$n" & done
  for n in "${machines[@]}"; do await_node "$n"; done
  status
}

status() {
  local n
  for n in "${machines[@]}"; do
    echo "machine $n: systemd $(on "$n" systemctl is-system-running || true), omnisql-node $(on "$n" systemctl is-active omnisql-node || true), $(node_leader "$n" || echo 'no leader known')"
  done
}

down() {
  local n pid
  for n in "${machines[@]}"; do
    for pid in "$state/$n/nspawn.pid" "$state/$n/metadata.pid"; do
      [ ! -f "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || true
    done
  done
  for n in "${machines[@]}"; do
    [ ! -f "$state/$n/nspawn.pid" ] || await 60 "the end of machine $n" ended "$(cat "$state/$n/nspawn.pid")"
    ! mountpoint -q "$state/$n/root" || umount "$state/$n/root"
    ip netns del "$(machine "$n")" 2>/dev/null || true
    find "$(control_groups)/$(machine "$n")" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  done
  ip netns del "$net" 2>/dev/null || true
  rm -rf "$state"
}

ended() { ! kill -0 "$1" 2>/dev/null; }

build_client() {
  [ -f "$client" ] && return
  (cd "$root" && mvn -q -B -pl client -am package -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true)
}

main_pid() { on "$1" systemctl show -p MainPID --value omnisql-node; }
restarts() { on "$1" systemctl show -p NRestarts --value omnisql-node; }

# A killed node is started again by systemd; a restarted and a rebooted one come back; the workload finds nothing wrong meanwhile.
check() {
  trap down EXIT
  find_jdk25
  build_client
  up
  local results=$state/results workload n before
  echo "== the bank workload, while nodes go and come"
  ip netns exec "$net" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx256m -jar "$client" check bank --url "$(url 1)" --url "$(url 2)" --url "$(url 3)" \
    --seconds 60 --output "$results" >"$state/bank.log" 2>&1 &
  workload=$!
  sleep 5

  before=$(restarts 1)
  echo "machine 1: SIGKILL to the node ($(main_pid 1))"
  on 1 systemctl kill --signal=KILL --kill-whom=main omnisql-node
  await 30 "systemd's restart of node 1" restarted_since 1 "$before"
  await_node 1
  echo "machine 1: systemd has restarted it ($(main_pid 1))"

  echo "machine 2: systemctl restart"
  on 2 systemctl restart omnisql-node
  await_node 2

  echo "machine 3: reboot"
  before=$(init_pid 3)
  on 3 systemctl --no-block reboot
  await 60 "machine 3's reboot" rebooted_since 3 "$before"
  await_node 3

  wait "$workload" || { cat "$state/bank.log"; fail "the workload failed"; }
  tail -n 5 "$state/bank.log"

  echo "== the journal of the machine that was rebooted has both lives"
  [ "$(on 3 journalctl --no-pager -q --list-boots | wc -l)" = 2 ] || fail "the journal did not outlive the reboot"
  echo "== startup.sh again changes nothing"
  before=$(main_pid 2)
  on 2 systemctl start startup-script
  [ "$(main_pid 2)" = "$before" ] || fail "installing the same release again has restarted the node"
  for n in "${machines[@]}"; do
    [ "$(on "$n" systemctl is-active omnisql-node)" = active ] || fail "the node of machine $n does not run"
  done
  status
  echo "The machines behave."
}

restarted_since() { [ "$(restarts "$1")" -gt "$2" ]; }
rebooted_since() {
  local pid
  pid=$(init_pid "$1") && [ -n "$pid" ] && [ "$pid" != "$2" ]
}

case "${1:-}" in
  check) check ;;
  up) up ;;
  down) down ;;
  status) status ;;
  on) shift && on "$@" ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
