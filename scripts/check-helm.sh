#!/usr/bin/env bash
# Checks the Helm chart: lint; rendered with its own values it is what manifests/install.yaml installs, object by object; values that its schema
# does not know are refused; and planted differences are found, or the comparison would prove nothing.
# Helm is the program in $HELM, or built once from its Go module into ~/.cache/omnisql/helm.
# Usage: scripts/check-helm.sh
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
chart=manifests/helm/omnisql-operator
version=v4.3.2

fail() {
  echo "check-helm.sh: $*" >&2
  exit 1
}

# Only on a developer's machine is a missing program no mistake.
skip() {
  [ "${CI:-}" != true ] || fail "$*"
  echo "SKIPPED: manifests/helm: $*" >&2
  exit 0
}

find_helm() {
  helm=${HELM:-${XDG_CACHE_HOME:-$HOME/.cache}/omnisql/helm/$version/helm}
  [ ! -x "$helm" ] || return 0
  [ -z "${HELM:-}" ] || fail "$HELM is no program"
  command -v go >/dev/null || skip "neither Helm nor Go is here"
  echo "check-helm.sh: Helm $version is built once"
  # Its module says which Go it needs; another one is not fetched behind our back.
  (cd / && GOTOOLCHAIN=local GOFLAGS='' GOBIN=$(dirname "$helm") go install "helm.sh/helm/${version%%.*}/cmd/helm@$version") || skip "Helm cannot be built"
}

python3 -c 'import yaml' 2>/dev/null || skip "Python with PyYAML is missing (Debian: python3-yaml)"
find_helm

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Neither the user's repositories nor a cluster.
export HELM_CACHE_HOME=$work/cache HELM_CONFIG_HOME=$work/config HELM_DATA_HOME=$work/data KUBECONFIG=$work/none

render() { "$helm" template omnisql-operator "$chart" --namespace omnisql-system "$@" 2>"$work/log" || { cat "$work/log" >&2; return 1; }; }

echo "== lint and package"
"$helm" lint --strict "$chart" >"$work/log" 2>&1 || { cat "$work/log"; fail "lint has findings"; }
project=$(sed -n 's|^  <version>\(.*\)-SNAPSHOT</version>|\1|p' pom.xml | head -n 1)
grep -qx "version: $project" "$chart/Chart.yaml" || fail "Chart.yaml is not of the project's version $project"
"$helm" package "$chart" --destination "$work" >"$work/log" 2>&1 || { cat "$work/log"; fail "no package"; }
# A package holds the two linked files themselves: it must do without this folder.
"$helm" template omnisql-operator "$work/omnisql-operator-$project.tgz" --namespace omnisql-system >"$work/packaged.yaml" 2>"$work/log" || fail "the package does not render"

echo "== the same as manifests/install.yaml"
render >"$work/rendered.yaml" || fail "the chart does not render"
cmp -s "$work/rendered.yaml" "$work/packaged.yaml" || fail "the package renders otherwise than its folder"
python3 scripts/compare-objects.py manifests/install.yaml "$work/rendered.yaml" || fail "the chart is not what manifests/install.yaml installs"

# planted SED-SCRIPT: the comparison finds the difference.
planted() {
  sed "$1" "$work/rendered.yaml" >"$work/planted.yaml"
  ! cmp -s "$work/rendered.yaml" "$work/planted.yaml" || fail "the difference '$1' could not be planted"
  if python3 scripts/compare-objects.py manifests/install.yaml "$work/planted.yaml" >"$work/log" || ! grep -q '^differs' "$work/log"; then
    fail "the planted difference '$1' was not found"
  fi
  echo "found: $(head -n 1 "$work/log")"
}
planted 's/- deletecollection/- escalate/'
planted 's/memory: 256Mi/memory: 512Mi/'
planted 's/runAsNonRoot: true/runAsNonRoot: false/'
planted 's/failureThreshold: 60/failureThreshold: 6/'
planted 's/rule: self % 2 == 1/rule: self % 2 == 0/'
planted 's/name: omnisql-operator-lease/name: omnisql-operator-leases/'

echo "== values"
# refused WORD VALUE...: the schema refuses the values and names the word.
refused() {
  local word=$1 output
  shift
  if output=$("$helm" template omnisql-operator "$chart" "$@" 2>&1); then fail "$* is not refused"; fi
  [[ "$output" == *"$word"* ]] || fail "$* is refused without '$word': $output"
  echo "refused: $*"
}
refused replicaCount --set replicaCount=3
refused replicas --set replicas=many
refused pullPolicy --set pullPolicy=Sometimes
refused watchNamespaces --set watchNamespaces=shop
refused watchNamespaces --set 'watchNamespaces={Shop}'
refused memory --set resources.requests.memory=much
refused digest --set images.operator.digest=latest
refused effect --set 'tolerations[0].effect=Never'
refused podLabels --set-string 'podLabels.app\.kubernetes\.io/name=other'
refused 1.33 --kube-version 1.32.0

# has TEXT VALUE...: with the values the text is in what is rendered.
has() {
  local text=$1
  shift
  render "$@" >"$work/has.yaml"
  grep -qF -- "$text" "$work/has.yaml" || fail "$* does not give '$text'"
}
has 'image: registry.example/omnisql/operator:1.2.3' --set images.operator.repository=registry.example/omnisql/operator --set images.operator.tag=1.2.3
has "image: omnisql/operator@sha256:$(printf '0%.0s' {1..64})" --set "images.operator.digest=sha256:$(printf '0%.0s' {1..64})"
has 'value: shop,bank' --set 'watchNamespaces={shop,bank}'
has 'key: dedicated' --set 'tolerations[0].key=dedicated' --set 'tolerations[0].operator=Exists'
has 'name: registry-login' --set 'pullSecrets={registry-login}'
has 'value: DEBUG' --set logLevel=DEBUG
has 'eks.example/role: operator' --set-string 'serviceAccount.annotations.eks\.example/role=operator'
render --set 'watchNamespaces={shop,bank}' >"$work/namespaced.yaml"
! grep -q 'kind: ClusterRole' "$work/namespaced.yaml" || fail "an operator of some namespaces has rights in all"
[ "$(grep -c 'namespace: shop$\|namespace: bank$' "$work/namespaced.yaml")" = 4 ] || fail "an operator of two namespaces needs a Role and a RoleBinding in each"
render --set crd.install=false --set serviceAccount.create=false --set serviceAccount.name=given >"$work/less.yaml"
! grep -q '^kind: \(CustomResourceDefinition\|ServiceAccount\)' "$work/less.yaml" || fail "what the values leave out is there"
grep -q 'serviceAccountName: given' "$work/less.yaml" || fail "the given account is not used"

echo "manifests/helm is in order."
