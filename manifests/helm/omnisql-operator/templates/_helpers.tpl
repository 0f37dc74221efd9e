{{/* Labels of every object; the first one is in manifests/install.yaml, too, on what runs. */}}
{{- define "operator.labels" -}}
app.kubernetes.io/name: omnisql-operator
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "operator.account" -}}
{{ default .Release.Name .Values.serviceAccount.name }}
{{- end }}

{{/* Reference of an image: list of its values and of the root. */}}
{{- define "operator.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default (index . 1).Chart.AppVersion $image.tag }}
{{- end -}}
{{- end }}

{{/* Rules of the ClusterRole or Role of that name, out of the file that manifests/install.yaml is made of: list of kind, name and root. */}}
{{- define "operator.rules" -}}
{{- $kind := index . 0 -}}
{{- $name := index . 1 -}}
{{- $rules := list -}}
{{- range $text := splitList "\n---\n" ((index . 2).Files.Get "files/rbac.yaml") -}}
{{- $object := fromYaml $text -}}
{{- if and (eq $object.kind $kind) (eq $object.metadata.name $name) -}}
{{- $rules = $object.rules -}}
{{- end -}}
{{- end -}}
{{- if not $rules }}{{ fail (printf "files/rbac.yaml has no %s %s" $kind $name) }}{{ end -}}
{{ toYaml $rules }}
{{- end }}
