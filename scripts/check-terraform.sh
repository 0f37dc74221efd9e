#!/usr/bin/env bash
# Checks terraform/ and gcp/ without a cloud account: format, validation and tests of every folder against the google provider's own schema
# (terraform/check says where it comes from), a security scan, and the Kubernetes objects. Plants mistakes in a copy to see that they are found.
# Usage: scripts/check-terraform.sh
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
started=$SECONDS

fail() {
  echo "check-terraform.sh: $*" >&2
  exit 1
}

step() { echo "== $* ($((SECONDS - started)) s)"; }

for program in terraform go python3; do
  if ! command -v "$program" >/dev/null; then
    echo "check-terraform.sh: $program is missing, so terraform/ cannot be checked" >&2
    [ "${CI:-}" != true ] && exit 0
    exit 1
  fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Neither the user's own configuration nor a question for newer versions.
export TF_CLI_CONFIG_FILE=$work/terraformrc TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
: >"$TF_CLI_CONFIG_FILE"

# ---- the schema, as a provider in a mirror of its own: terraform takes it for the real one

build_provider() {
  local version platform folder
  version=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["provider_version"])' terraform/check/provider/google-schema.json)
  platform=$(go env GOOS)_$(go env GOARCH)
  folder=$work/mirror/registry.terraform.io/hashicorp/google/$version/$platform
  mkdir -p "$folder"
  (cd terraform/check/provider && go build -trimpath -o "$folder/terraform-provider-google_v$version" .)
  cat >"$work/terraformrc" <<TEXT
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = "$work/mirror"
  }
}
TEXT
}

# Away from the project's folder, so that it stays clean.
copy_to() {
  mkdir -p "$1"
  find terraform gcp -type f -not -path '*/.terraform/*' -not -path '*/target/*' -not -name '.terraform.lock.hcl' -print0 | tar --null -c -T - | tar -x -C "$1"
}

prepare() { (cd "$1" && terraform init -backend=false -input=false >"$work/init.log" 2>&1) || { cat "$work/init.log"; fail "terraform init fails in $1"; }; }

check_folder() {
  prepare "$1"
  (cd "$1" && terraform validate -no-color >"$work/validate.log" 2>&1) || { cat "$work/validate.log"; fail "${1#"$work/copy/"} is not valid"; }
  (cd "$1" && terraform test -no-color >"$work/test.log" 2>&1) || { cat "$work/test.log"; fail "the tests of ${1#"$work/copy/"} fail"; }
  echo "${1#"$work/copy/"}: valid, $(tail -n 1 "$work/test.log")"
}

# planted FOLDER SED-SCRIPT WORD: with the mistake in the folder's files, validation fails and names the word.
planted() {
  local copy=$work/planted
  rm -rf "$copy"
  copy_to "$copy"
  sed -i "$2" "$copy/$1"/*.tf
  ! diff -rq "$1" "$copy/$1" >/dev/null || fail "the mistake '$2' could not be planted in $1"
  prepare "$copy/$1"
  if (cd "$copy/$1" && terraform validate -no-color >"$work/validate.log" 2>&1) || ! grep -q "$3" "$work/validate.log"; then
    cat "$work/validate.log"
    fail "the planted mistake '$2' in $1 was not found"
  fi
  echo "found: $(grep -m 1 "$3" "$work/validate.log")"
}

# Once for all runs of these versions.
python_checks=${XDG_CACHE_HOME:-$HOME/.cache}/omnisql/terraform-checks-$(sha256sum terraform/check/requirements.txt | cut -c1-12)
install_python_checks() {
  [ ! -f "$python_checks/complete" ] || return 0
  rm -rf "$python_checks"
  python3 -m venv "$python_checks"
  "$python_checks/bin/pip" install -q --disable-pip-version-check -r terraform/check/requirements.txt
  touch "$python_checks/complete"
}

# Google Cloud's SDK brings a kubectl that is not always on the PATH.
find_kustomize() {
  local kubectl
  for kubectl in kubectl /usr/lib/google-cloud-sdk/bin/kubectl; do
    if command -v "$kubectl" >/dev/null; then
      export KUSTOMIZE="$kubectl kustomize"
      return
    fi
  done
  export KUSTOMIZE="go run sigs.k8s.io/kustomize/kustomize/v5@v5.7.1 build"
}

render() {
  gcp/deploy.sh --env "$1" --repository registry.example/omnisql --tag 1 --backup-account backup@example.iam.gserviceaccount.com --print
}

checkov_in() { checkov -d "$1" --framework terraform --quiet --compact --skip-download >"$work/checkov.log" 2>&1; }

# It waits for the network most of the time: meanwhile the rest goes on.
install_python_checks &
installation=$!

step "format"
terraform fmt -check -recursive terraform || fail "terraform fmt -recursive terraform would change these files"

step "provider's schema"
build_provider
copy_to "$work/copy"

step "validation and tests"
for folder in "$work"/copy/terraform/modules/* "$work"/copy/terraform/envs/*; do
  check_folder "$folder"
done

step "planted mistakes"
planted terraform/modules/gke 's/remove_default_node_pool /remove_default_nodepool /' remove_default_nodepool
planted terraform/modules/gke 's/max_unavailable = 0/max_unavailables = 0/' max_unavailables
planted terraform/modules/network 's/google_compute_router_nat"/google_compute_router_nats"/' google_compute_router_nats
planted terraform/modules/backup-bucket '/public_access_prevention/d; s/location  /locations/' locations

step "security scan"
wait "$installation" || fail "the Python programs cannot be installed"
export PATH=$python_checks/bin:$PATH
checkov_in "$work/copy/terraform" || { cat "$work/checkov.log"; fail "the scan has findings that are neither mended nor explained by a checkov:skip comment"; }
grep -m 1 'Passed checks' "$work/checkov.log"
rm -rf "$work/planted" && copy_to "$work/planted"
sed -i '/public_access_prevention/d' "$work/planted"/terraform/modules/backup-bucket/main.tf
if checkov_in "$work/planted/terraform/modules/backup-bucket" || ! grep -q CKV_GCP_114 "$work/checkov.log"; then
  cat "$work/checkov.log"
  fail "the scan did not find a bucket that may become public"
fi
echo "found: a bucket that may become public (CKV_GCP_114)"

step "Kubernetes objects"
find_kustomize
for environment in dev prod; do
  render "$environment" >"$work/objects.yaml"
  python3 gcp/check/objects.py <"$work/objects.yaml" || fail "gcp/kubernetes/$environment is not valid"
done
for mistake in 's/volumeBindingMode:/volumeBindingModes:/' 's/storageClassName:/storageClass:/' 's/policyTypes:/policyType:/'; do
  ! sed "$mistake" "$work/objects.yaml" | python3 gcp/check/objects.py >"$work/objects.log" || fail "the planted mistake '$mistake' was not found"
  echo "found: $(head -n 1 "$work/objects.log" | cut -c1-150)"
done

echo "terraform/ and gcp/ are in order ($((SECONDS - started)) s)."
