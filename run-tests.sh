#!/usr/bin/env bash
# The tests: the fast ones first, then three real nodes with real PostgreSQL under faults.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/jdk.sh
. "$root/scripts/jdk.sh"

usage() {
  cat <<'TEXT'
Usage: ./run-tests.sh [WHAT] [-Dkey=value...]

WHAT
  all        everything but e2e, compose and vm (the default)
  fast       what needs no process of a whole node: seconds to a few minutes
  simulate   only the simulator of the protocol: -Dseed=N replays one run, -Dseeds=N sets how many, -Dseed.base=HEX where they start;
             --hours N: a campaign, seed after seed for N hours (0.5 is half an hour); it ends at the first failure
  cluster    only the tests on three real nodes
  e2e        only the tests on a Kubernetes cluster: the one that KUBECONFIG names, else K3s in a container. Builds the images first, unless
             OMNISQL_E2E_NODE_IMAGE, …_POSTGRES_IMAGE and …_OPERATOR_IMAGE name others. OMNISQL_E2E_LOAD is a command that brings images, its further
             arguments, into the cluster of KUBECONFIG; OMNISQL_E2E_K3S_IMAGE another image of K3s. HELM is the program, unless
             scripts/check-helm.sh has built it.
             --all: those that take long, too. OMNISQL_E2E_MACHINE is a command that does to a machine what its further arguments say:
             stop, start, partition or heal, and the machine's name
  terraform  only terraform/ and gcp/, without a cloud account
  helm       only the Helm chart, without a cluster
  compose    only compose.yaml (needs Docker and the images: images/build.sh)
  vm         only the machines without Kubernetes: three of them on this one, with systemd (needs root and systemd-nspawn)
  tour       only the commands of README.md and docs/operations.md

The seeds of random tests come from the commit, so that a red commit stays red; a failure prints the command that replays it.
TEXT
}

what=all
case "${1:-}" in
  -h | --help) usage && exit 0 ;;
  all | fast | simulate | cluster | e2e | terraform | helm | compose | vm | tour) what=$1 && shift ;;
  -D* | "") ;;
  *)
    usage >&2
    echo "run-tests.sh: '$1' is nothing that can be tested" >&2
    exit 2
    ;;
esac

simulation=SimulationTest
if [ "$what" = simulate ] && [ "${1:-}" = --hours ]; then
  [[ "${2:-}" =~ ^[0-9]+(\.[0-9]+)?$ ]] || { usage >&2 && exit 2; }
  simulation=CampaignTest
  set -- "-Dhours=$2" "${@:3}"
fi

if [ "$what" = e2e ] && [ "${1:-}" = --all ]; then
  shift
  set -- -De2e.excluded=none "$@"
fi

if [ "$what" = terraform ]; then
  exec "$root/scripts/check-terraform.sh"
fi

if [ "$what" = helm ]; then
  exec "$root/scripts/check-helm.sh"
fi
if [ "$what" = compose ]; then
  exec "$root/scripts/check-compose.sh"
fi
if [ "$what" = vm ]; then
  exec "$root/gcp/vm/emulate.sh" check
fi

find_jdk25
command -v mvn >/dev/null || { echo "run-tests.sh: Maven 3.8 or newer is needed (Debian: apt-get install maven)" >&2; exit 1; }
cd "$root"

commit=$(git rev-parse HEAD 2>/dev/null || echo 0)
maven=(mvn -B "-Dseed.base=${commit:0:12}")

case "$what" in
  all) "${maven[@]}" verify "$@" && scripts/check-terraform.sh && scripts/check-helm.sh && scripts/tour.sh ;;
  fast) "${maven[@]}" verify -DskipITs "$@" ;;
  simulate) "${maven[@]}" -pl omnipaxos test -Dtest="$simulation" -Dsurefire.failIfNoSpecifiedTests=false "$@" ;;
  cluster) "${maven[@]}" -pl node -am verify -DskipUnitTests=true "$@" ;;
  e2e)
    # As scripts/check-helm.sh built it.
    [ -n "${HELM:-}" ] || HELM=$(find "${XDG_CACHE_HOME:-$HOME/.cache}/omnisql/helm" -name helm -type f -perm -u+x 2>/dev/null | sort -V | tail -n 1) || HELM=""
    export HELM
    if [ -z "${OMNISQL_E2E_NODE_IMAGE:-}" ] || [ -z "${OMNISQL_E2E_POSTGRES_IMAGE:-}" ] || [ -z "${OMNISQL_E2E_OPERATOR_IMAGE:-}" ]; then
      images/build.sh
    fi
    "${maven[@]}" -pl e2e verify -De2e.skip=false "$@"
    ;;
  tour) scripts/tour.sh ;;
esac
