#!/usr/bin/env bash
# Builds the images and pushes them. Usage: gcp/push-images.sh --repository REPOSITORY --tag TAG [--cloud-build]
# REPOSITORY is Terraform's output of that name. Without --cloud-build, this machine's docker does it (log in first: gcloud auth configure-docker HOST,
# HOST being REPOSITORY up to its first slash); with it, Google Cloud Build does (gcp/cloudbuild.yaml).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

repository="" tag="" cloud_build=no
while [ $# -gt 0 ]; do
  case "$1" in
    --repository) repository=${2:?--repository needs a value} && shift ;;
    --tag) tag=${2:?--tag needs a value} && shift ;;
    --cloud-build) cloud_build=yes ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
if [ -z "$repository" ] || [ -z "$tag" ]; then
  usage >&2
  exit 2
fi

if [ "$cloud_build" = yes ]; then
  exec gcloud builds submit "$root" --config="$root/gcp/cloudbuild.yaml" --substitutions="_REPOSITORY=$repository,_TAG=$tag"
fi
"$root/images/build.sh" --prefix "$repository" --tag "$tag"
docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E "^$repository/(node|postgres|operator):$tag\$" | while read -r image; do
  docker push "$image"
done
