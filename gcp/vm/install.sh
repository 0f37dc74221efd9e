#!/usr/bin/env bash
# Makes this machine a node, or brings it to another release or other settings: from the package that this script lies in.
# Doing it again changes nothing.
# Usage: install.sh SETTINGS PASSWORD    (files: the node's environment; the first role's password)
set -euo pipefail

if [ $# -ne 2 ]; then
  echo "Usage: install.sh SETTINGS PASSWORD" >&2
  exit 2
fi
umask 022
settings=$1
password=$2
package=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
release=$(cat "$package/release")
changed=no

# put MODE OWNER SOURCE TARGET: copies when the content differs, whole or not at all.
put() {
  if ! cmp -s "$3" "$4"; then
    install -D -m "$1" -o root -g "$2" "$3" "$4.new"
    mv "$4.new" "$4"
    changed=yes
  fi
}

id omnisql >/dev/null 2>&1 || useradd --system --user-group --home-dir /var/lib/omnisql --no-create-home --shell /usr/sbin/nologin omnisql
install -d -m 0700 -o omnisql -g omnisql /var/lib/omnisql

if [ ! -d "/opt/omnisql/$release" ]; then
  rm -rf "/opt/omnisql/$release.new"
  mkdir -p "/opt/omnisql/$release.new"
  cp -r "$package/app" "$package/runtime" "/opt/omnisql/$release.new/"
  mv "/opt/omnisql/$release.new" "/opt/omnisql/$release"
fi
if [ "$(readlink /opt/omnisql/current 2>/dev/null)" != "$release" ]; then
  ln -sfn "$release" /opt/omnisql/current.new
  mv -T /opt/omnisql/current.new /opt/omnisql/current
  changed=yes
fi

put 0640 omnisql "$settings" /etc/omnisql/node.env
put 0640 omnisql "$password" /etc/omnisql/password
put 0644 root "$package/omnisql-node.service" /etc/systemd/system/omnisql-node.service
if ! cmp -s "$package/omnisql-journald.conf" /etc/systemd/journald.conf.d/omnisql.conf; then
  install -D -m 0644 "$package/omnisql-journald.conf" /etc/systemd/journald.conf.d/omnisql.conf
  systemctl restart systemd-journald
fi

systemctl daemon-reload
systemctl enable --quiet omnisql-node
if [ "$changed" = yes ]; then
  systemctl restart omnisql-node
else
  systemctl start omnisql-node
fi
# The release before stays, for going back; older ones go.
find /opt/omnisql -mindepth 1 -maxdepth 1 -type d ! -name "$release" -printf '%T@ %p\n' | sort -rn | tail -n +2 | cut -d' ' -f2- | xargs -r rm -rf
echo "OmniSQL release $release is installed."
