#!/usr/bin/env bash
# Builds the images with plain `docker build`: omnisql/node, omnisql/postgres and omnisql/operator.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"
# shellcheck source=scripts/java-runtime.sh
. "$root/scripts/java-runtime.sh"

usage() {
  cat <<'TEXT'
Usage: images/build.sh [--tag TAG] [--prefix PREFIX] [IMAGE...]

IMAGE is node, postgres or operator; all of them by default.
  --tag TAG        of the images (default: dev)
  --contexts FOLDER  only make the folders that docker builds from
  --prefix PREFIX  before the images' names (default: omnisql), as registry.example/team/omnisql

Needs Docker, the image debian:trixie-slim, and JDK 25 with Maven. The Java runtime in the images is made of this machine's JDK by jlink, so build
on each architecture that you want and join the images by `docker manifest create`.
TEXT
}

tag=dev
prefix=omnisql
images=()
contexts=""
while [ $# -gt 0 ]; do
  case "$1" in
    --tag) tag=${2:?--tag needs a value} && shift ;;
    --contexts) contexts=${2:?--contexts needs a folder} && shift ;;
    --prefix) prefix=${2:?--prefix needs a value} && shift ;;
    -h | --help) usage && exit 0 ;;
    node | postgres | operator) images+=("$1") ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
if [ ${#images[@]} -eq 0 ]; then
  images=(node postgres operator)
fi

[ -n "$contexts" ] || command -v docker >/dev/null || { echo "images/build.sh: docker is needed" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

runtime() { # FOLDER
  if [ ! -d "$work/runtime" ]; then
    echo "Making the Java runtime ..."
    make_java_runtime "$work/runtime"
  fi
  cp -r "$work/runtime" "$1/runtime"
}

application() { # MODULE FOLDER
  find_jdk25
  echo "Building the $1 ..."
  (cd "$root" && mvn -q -B -pl "$1" -am package -DskipTests -Dspotless.check.skip=true -Dcheckstyle.skip=true)
  cp -r "$root/$1/target/quarkus-app" "$2/app"
}

for image in "${images[@]}"; do
  context=${contexts:-$work}/$image
  mkdir -p "$context"
  cp "$root/images/$image/Dockerfile" "$context/"
  case "$image" in
    node)
      application node "$context"
      # The embedded PostgreSQL is for machines without containers.
      rm -f "$context"/app/lib/main/io.zonky.test.postgres.*.jar
      runtime "$context"
      ;;
    operator)
      application operator "$context"
      runtime "$context"
      ;;
    postgres) cp "$root/images/postgres/omnisql-postgres" "$context/" ;;
  esac
  # Readable for every user, whatever this one's umask.
  chmod -R a+rX "$context"
  [ -z "$contexts" ] || continue
  docker build -t "$prefix/$image:$tag" "$context"
done
[ -n "$contexts" ] || docker images --format '{{.Repository}}:{{.Tag}}  {{.Size}}' | grep -F ":$tag" | grep -F "$prefix/"
