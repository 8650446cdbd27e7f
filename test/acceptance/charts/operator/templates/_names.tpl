{{- define "operator.name" -}}
{{ .Release.Name }}-operator
{{- end }}

{{- /* The password of the release before, else a new one: what real charts do with lookup. */}}
{{- define "operator.password" -}}
{{- $old := lookup "v1" "Secret" .Release.Namespace (include "operator.name" .) }}
{{- if $old }}{{ index $old.data "password" }}{{ else }}{{ randAlphaNum 24 | b64enc }}{{ end }}
{{- end }}
