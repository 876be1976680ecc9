{{- define "verdict.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* Takes a dict of `top` and `role`. */}}
{{- define "verdict.selector" -}}
app.kubernetes.io/name: {{ .top.Chart.Name }}
app.kubernetes.io/instance: {{ .top.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "verdict.labels" -}}
{{ include "verdict.selector" . }}
app.kubernetes.io/version: {{ .top.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .top.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .top.Chart.Name .top.Chart.Version | quote }}
{{- end }}

{{- define "verdict.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ printf "%s@%s" .repository .digest }}{{ else }}{{ printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) }}{{ end }}
{{- end }}
{{- end }}

{{- define "verdict.port" -}}
{{- get (dict "receiver" "8080" "api" "8081" "worker" "8083") . }}
{{- end }}

{{/* The secrets a role reads, and no others: the receiver is what strangers reach. */}}
{{- define "verdict.secretKeys" -}}
{{- $stores := list "DATABASE_URL" "DATABASE_DIRECT_URL" "QUEUE_URL" }}
{{- $receiver := concat $stores (list "CALLBACK_TOKEN_KEYS" "CALLBACK_PATH_SECRET" "METRICS_TOKEN") }}
{{- $worker := concat $receiver (list "ALIBABA_CLOUD_ACCESS_KEY_ID" "ALIBABA_CLOUD_ACCESS_KEY_SECRET" "DATA_ENCRYPTION_KEYS" "ALERT_HEARTBEAT_URL") }}
{{- $api := concat $receiver (list "DATABASE_REPLICA_URL" "ALIBABA_CLOUD_ACCESS_KEY_ID" "ALIBABA_CLOUD_ACCESS_KEY_SECRET" "DATA_ENCRYPTION_KEYS" "MERCHANT_USER_PEPPER" "AUTH_SECRET" "API_BOOTSTRAP_KEY" "OIDC_CLIENT_SECRET") }}
{{- join " " (get (dict "migrate" $stores "receiver" $receiver "worker" $worker "api" $api) .) }}
{{- end }}

{{/* Takes a dict of `top` and `role`. */}}
{{- define "verdict.env" -}}
{{- $top := .top }}
{{- $routes := include "verdict.routesSecret" . }}
{{- $ofOneRoute := list "CALLBACK_TOKEN_KEYS" "ALIBABA_CLOUD_ACCESS_KEY_ID" "ALIBABA_CLOUD_ACCESS_KEY_SECRET" -}}
- name: NODE_ENV
  value: production
{{- if ne .role "migrate" }}
- name: {{ upper .role }}_PORT
  value: {{ include "verdict.port" .role | quote }}
{{- end }}
{{- if eq .role "worker" }}
- name: API_PORT
  value: {{ include "verdict.port" "api" | quote }}
{{- end }}
{{- range splitList " " (include "verdict.secretKeys" .role) }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $top.Values.secrets.name }}
      key: {{ . }}
      {{- if or (has . $top.Values.secrets.optional) (and $routes (has . $ofOneRoute)) }}
      optional: true
      {{- end }}
{{- end }}
{{- if and (eq .role "migrate") (hasKey .top.Values.settings "QUEUE_PREFIX") }}
- name: QUEUE_PREFIX
  value: {{ .top.Values.settings.QUEUE_PREFIX | quote }}
{{- end }}
{{- if $routes }}
- name: ROUTES_FILE
  value: /etc/verdict/routes.json
{{- end }}
{{- end }}

{{- define "verdict.routesSecret" -}}
{{- if eq .role "receiver" }}{{ if .top.Values.routesFile.secretName }}{{ required "routesFile.receiverSecretName is required with routesFile.secretName" .top.Values.routesFile.receiverSecretName }}{{ end }}{{ else if ne .role "migrate" }}{{ .top.Values.routesFile.secretName }}{{ end }}
{{- end }}

{{- define "verdict.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "verdict.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
