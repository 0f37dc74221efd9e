#!/usr/bin/env bash
# Makes the package that a machine needs to be a node: the node, a Java runtime, and the scripts beside this one. Nothing else is fetched
# by the machine, so that it needs no way to the Internet.
# Usage: gcp/vm/package.sh [FILE]     (default: gcp/vm/target/omnisql-node.tar.gz)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"
# shellcheck source=scripts/java-runtime.sh
. "$root/scripts/java-runtime.sh"

file=${1:-$root/gcp/vm/target/omnisql-node.tar.gz}
mkdir -p "$(dirname "$file")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package=$work/omnisql-node
mkdir "$package"

find_jdk25
jar=$root/node/target/quarkus-app/quarkus-run.jar
if [ ! -f "$jar" ] || [ -n "$(find "$root/pom.xml" "$root/omnipaxos/pom.xml" "$root/node/pom.xml" \
  "$root/omnipaxos/src/main" "$root/node/src/main" -newer "$jar" -print -quit)" ]; then
  (cd "$root" && mvn -q -B -pl node -am package -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true)
  touch "$jar"
fi
cp -r "$root/node/target/quarkus-app" "$package/app"
make_java_runtime "$package/runtime"
cp "$root"/gcp/vm/{install.sh,omnisql-node.service,omnisql-journald.conf} "$package/"
chmod -R a+rX "$package"
# The release's name: what is in it. A machine that has it installs nothing.
(cd "$package" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16) >"$work/release"
mv "$work/release" "$package/release"
tar -C "$work" -czf "$file" omnisql-node
echo "$file: $(du -h "$file" | cut -f1), release $(cat "$package/release")"
