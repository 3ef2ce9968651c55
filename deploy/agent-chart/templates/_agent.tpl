{{- define "agent.wide" -}}
moorage-agent-{{ .Values.hub.instance | trunc 8 }}
{{- end }}

{{- define "agent.labels" -}}
app.kubernetes.io/managed-by: moorage
app.kubernetes.io/name: moorage-agent
moorage.dev/instance: {{ .Values.hub.instance | quote }}
{{- end }}

{{- /* Of an object in the release's namespace: dict "kind" "Secret" "root" $. The annotation tells it from a copy with our labels. */}}
{{- define "agent.metadata" -}}
name: moorage-agent
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "agent.labels" .root | nindent 2 }}
annotations:
  moorage.dev/object: {{ .kind }} {{ .root.Release.Namespace }}/moorage-agent
{{- end }}

{{- /* Proxies with a password are secret, others are not. */}}
{{- define "agent.isSecret" -}}
{{- regexMatch "^[a-z]+://[^/@]*:[^/@]+@" . | ternary "yes" "" }}
{{- end }}

{{- define "agent.config" -}}
hub-url: {{ .Values.hub.url | trimSuffix "/" | quote }}
hub-instance: {{ .Values.hub.instance | quote }}
mode: {{ .Values.mode }}
namespace: {{ .Release.Namespace }}
{{- $ca := "" }}
{{- range list .Values.hub.ca .Values.caBundle }}
{{- if . }}{{ $ca = printf "%s%s\n" $ca (trim .) }}{{ end }}
{{- end }}
{{- if $ca }}
ca.crt: {{ $ca | quote }}
{{- end }}
{{- with .Values.proxy.noProxy }}
no-proxy: {{ . | quote }}
{{- end }}
{{- range $key := list "https" "http" }}
{{- $url := get $.Values.proxy $key | default "" }}
{{- if and $url (not (include "agent.isSecret" $url)) }}
{{ $key }}-proxy: {{ $url | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "agent.secret" -}}
{{- with .Values.joinToken }}
join-token: {{ . | b64enc }}
{{- end }}
{{- range $key := list "https" "http" }}
{{- $url := get $.Values.proxy $key | default "" }}
{{- if and $url (include "agent.isSecret" $url) }}
{{ $key }}-proxy: {{ $url | b64enc }}
{{- end }}
{{- end }}
{{- end }}
