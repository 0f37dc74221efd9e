#!/usr/bin/env bash
# Startup script of a Google Compute Engine machine, at every start: takes package, password and settings, and installs the node.
# All it knows comes from the machine's metadata, which terraform/modules/vm-cluster sets:
#   omnisql-package     gs://BUCKET/OBJECT (or file:///PATH) made by gcp/vm/package.sh
#   omnisql-secret      projects/P/secrets/S/versions/V of Secret Manager (or file:///PATH): the first role's password
#   omnisql-node        this node's number
#   omnisql-location    label in status and metrics
#   omnisql-cluster     a name that no other cluster has
#   omnisql-members     1=HOST:PORT,2=HOST:PORT,…
#   omnisql-initial-leader, omnisql-quorums (PREPARE,ACCEPT), omnisql-java-options   may be empty
set -euo pipefail
umask 077

metadata_server=http://169.254.169.254/computeMetadata/v1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "omnisql startup: $*"; }

fail() {
  say "$*" >&2
  exit 1
}

ask() { curl -sSf --retry 10 --retry-delay 2 --retry-connrefused --max-time 300 "$@"; }

metadata() { ask -H 'Metadata-Flavor: Google' "$metadata_server/instance/$1"; }

# attribute NAME: empty when it is not set; an answer that does not come is an error.
attribute() {
  local status
  status=$(curl -sS --retry 10 --retry-delay 2 --retry-connrefused --max-time 60 -H 'Metadata-Flavor: Google' \
    -o "$work/attribute" -w '%{http_code}' "$metadata_server/instance/attributes/$1") || fail "no answer about $1"
  case "$status" in
    200) cat "$work/attribute" ;;
    404) ;;
    *) fail "the metadata server answers $status about $1" ;;
  esac
}

needed() {
  local value
  value=$(attribute "$1")
  [ -n "$value" ] || fail "the metadata lacks $1"
  echo "$value"
}

token() { metadata service-accounts/default/token | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'; }

# fetch_package URL FILE
fetch_package() {
  local path object
  case "$1" in
    file://*) cp "${1#file://}" "$2" ;;
    gs://*)
      path=${1#gs://}
      object=${path#*/}
      object=${object//\//%2F}
      ask -H "Authorization: Bearer $(token)" -o "$2" \
        "https://storage.googleapis.com/storage/v1/b/${path%%/*}/o/$object?alt=media"
      ;;
    *) fail "omnisql-package is neither gs:// nor file://: $1" ;;
  esac
}

# fetch_password NAME FILE
fetch_password() {
  case "$1" in
    file://*) cp "${1#file://}" "$2" ;;
    projects/*)
      ask -H "Authorization: Bearer $(token)" "https://secretmanager.googleapis.com/v1/$1:access" |
        sed -n 's/.*"data" *: *"\([^"]*\)".*/\1/p' | base64 -d >"$2"
      ;;
    *) fail "omnisql-secret is neither projects/… nor file://" ;;
  esac
  [ -s "$2" ] || fail "the password is empty"
}

# The disk named by device_name in Terraform, made once and mounted by its own identity.
mount_data_disk() {
  local device=/dev/disk/by-id/google-omnisql-data
  [ "$(attribute omnisql-data-disk)" != none ] || return 0
  mountpoint -q /var/lib/omnisql && return 0
  [ -e "$device" ] || fail "the data disk $device is not there; without it the node would begin anew"
  if ! blkid "$device" >/dev/null; then
    say "the data disk is empty and gets a file system"
    mkfs.ext4 -q -m 0 "$device"
  fi
  mkdir -p /var/lib/omnisql
  grep -q ' /var/lib/omnisql ' /etc/fstab ||
    echo "UUID=$(blkid -s UUID -o value "$device") /var/lib/omnisql ext4 noatime,nofail,x-systemd.device-timeout=30 0 2" >>/etc/fstab
  mount /var/lib/omnisql
}

write_settings() {
  local node members member address leader quorums
  node=$(needed omnisql-node)
  members=$(needed omnisql-members)
  leader=$(attribute omnisql-initial-leader)
  quorums=$(attribute omnisql-quorums)
  address=$(sed -n "s/.*\(^\|,\)$node=\([^,:]*\):.*/\2/p" <<<"$members")
  [ -n "$address" ] || fail "omnisql-members does not name node $node: $members"
  {
    echo "OMNISQL_NODE_ID=$node"
    echo "OMNISQL_NODE_LOCATION=$(attribute omnisql-location)"
    echo "OMNISQL_NODE_DATA_FOLDER=/var/lib/omnisql/data"
    echo "OMNISQL_CLUSTER_ID=$(needed omnisql-cluster)"
    for member in ${members//,/ }; do
      echo "OMNISQL_CLUSTER_MEMBERS_${member%%=*}=${member#*=}"
    done
    # The clients' ports and the peers' are open to this network only; the firewall says to whom.
    echo "OMNISQL_INSECURE=true"
    echo "OMNISQL_SQL_HOST=$address"
    echo "OMNISQL_SQL_PORT=5432"
    echo "OMNISQL_HTTP_HOST=$address"
    echo "OMNISQL_HTTP_PORT=8080"
    echo "OMNISQL_PEER_HOST=$address"
    echo "OMNISQL_PEER_PORT=$(sed -n "s/.*\(^\|,\)$node=[^,:]*:\([0-9]*\).*/\2/p" <<<"$members")"
    echo "OMNISQL_POSTGRES_MODE=embedded"
    echo "OMNISQL_POSTGRES_PORT=15432"
    echo "OMNISQL_POSTGRES_BINARIES_FOLDER=/var/lib/omnisql/postgres-binaries"
    echo "OMNISQL_BOOTSTRAP_PASSWORD_FILE=/etc/omnisql/password"
    [ -z "$leader" ] || echo "OMNISQL_CLUSTER_INITIAL_LEADER=$leader"
    [ -z "$quorums" ] || echo "OMNISQL_CLUSTER_PREPARE_QUORUM=${quorums%,*}"
    [ -z "$quorums" ] || echo "OMNISQL_CLUSTER_ACCEPT_QUORUM=${quorums#*,}"
    echo "JAVA_OPTIONS=$(attribute omnisql-java-options | grep . || echo -XX:MaxRAMPercentage=25)"
  } >"$1"
}

mount_data_disk
fetch_package "$(needed omnisql-package)" "$work/package.tar.gz"
fetch_password "$(needed omnisql-secret)" "$work/password"
write_settings "$work/node.env"
tar -C "$work" -xzf "$work/package.tar.gz"
"$work/omnisql-node/install.sh" "$work/node.env" "$work/password"
say "done"
