#!/usr/bin/env bash
# Brings a database onto the GKE cluster that kubectl points at: the namespace, storage classes, accounts, monitoring and the resource OmniSqlCluster.
# The operator must be installed (manifests/). Usage:
#   gcp/deploy.sh --env dev|prod --repository REPOSITORY --tag TAG [--backup-account E-MAIL] [--print]
# REPOSITORY and E-MAIL are Terraform's outputs; --print shows the objects and touches nothing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

environment="" repository="" tag="" account="" print=no
while [ $# -gt 0 ]; do
  case "$1" in
    --env) environment=${2:?--env needs dev or prod} && shift ;;
    --repository) repository=${2:?--repository needs a value} && shift ;;
    --tag) tag=${2:?--tag needs a value} && shift ;;
    --backup-account) account=${2:?--backup-account needs a value} && shift ;;
    --print) print=yes ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
case "$environment" in dev | prod) ;; *) usage >&2 && exit 2 ;; esac
if [ -z "$repository" ] || [ -z "$tag" ]; then
  usage >&2
  exit 2
fi

# Beside the other folders, because kustomize knows relative paths only.
folder=$root/gcp/kubernetes/target
rm -rf "$folder"
mkdir -p "$folder"
{
  cat <<TEXT
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../$environment
patches:
  - target: {kind: OmniSqlCluster}
    patch: |
      apiVersion: omnisql.io/v1alpha1
      kind: OmniSqlCluster
      metadata: {name: any}
      spec:
        images: {node: "$repository/node:$tag", postgres: "$repository/postgres:$tag"}
TEXT
  [ -z "$account" ] || cat <<TEXT
  - target: {kind: ServiceAccount, name: omnisql-backup}
    patch: |
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: any, annotations: {iam.gke.io/gcp-service-account: "$account"}}
TEXT
} >"$folder/kustomization.yaml"

# The sample lies outside of the folder.
render() { ${KUSTOMIZE:-kubectl kustomize} --load-restrictor LoadRestrictionsNone "$folder"; }

if [ "$print" = yes ]; then
  render
  exit
fi
kubectl get customresourcedefinition omnisqlclusters.omnisql.io >/dev/null || {
  echo "gcp/deploy.sh: install the operator first (manifests/)" >&2
  exit 1
}
render | kubectl apply --server-side -f -
cat <<TEXT
Next:
  kubectl -n omnisql get omnisqlclusters --watch
TEXT
