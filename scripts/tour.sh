#!/usr/bin/env bash
# Runs the documents' commands: every block fenced as "sh", in order, in one shell and in a fresh copy of this folder. Ends with an error
# at the first command that fails. A cluster that runs already is not touched: all ports are moved.
# Usage: scripts/tour.sh [FILE...]   (default: README.md docs/operations.md)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"
cd "$root"

for program in psql curl git; do
  if ! command -v "$program" >/dev/null; then
    echo "tour.sh: $program is missing, so the documents' commands cannot be run" >&2
    [ "${CI:-}" != true ] && exit 0
    exit 1
  fi
done

documents=("$@")
[ $# -gt 0 ] || documents=(README.md docs/operations.md)
find_jdk25
export PATH=$JAVA_HOME/bin:$PATH OMNISQL_PORT_OFFSET=${OMNISQL_PORT_OFFSET:-400}
unset OMNISQL_DATA

fresh=$(mktemp -d)
cleanup() {
  (cd "$fresh" && ./run-local-cluster.sh stop) || true
  rm -rf "$fresh"
}
trap cleanup EXIT

git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -c -T - | tar -x -C "$fresh"
if [ -f node/target/quarkus-app/quarkus-run.jar ]; then
  mkdir -p "$fresh/node/target"
  cp -r node/target/quarkus-app "$fresh/node/target/"
  touch "$fresh/node/target/quarkus-app/quarkus-run.jar"
fi

awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "${documents[@]}" >"$fresh/.tour"
[ -s "$fresh/.tour" ] || { echo "tour.sh: no block fenced as sh in ${documents[*]}" >&2; exit 1; }
(cd "$fresh" && bash -euo pipefail -v .tour)
echo "The commands of ${documents[*]} work."
