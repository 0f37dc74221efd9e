#!/usr/bin/env bash
# Writes manifests/install.yaml, the whole installation in one file for `kubectl apply --server-side -f`; with --check only compares.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

render() {
  echo "# Made by manifests/install.sh out of crds/ and manifests/install/; do not edit."
  local part
  for part in install/namespace.yaml ../crds/omnisqlclusters.omnisql.io.yaml install/rbac.yaml install/deployment.yaml; do
    echo "---"
    awk 'NR == 1 && $0 == "---" { next } { print }' "$part"
  done
}

case "${1:-}" in
  "") render >install.yaml ;;
  --check)
    render | cmp -s - install.yaml || { echo "manifests/install.yaml is not what its parts make: run manifests/install.sh" >&2; exit 1; } ;;
  *) echo "usage: manifests/install.sh [--check]" >&2; exit 2 ;;
esac
