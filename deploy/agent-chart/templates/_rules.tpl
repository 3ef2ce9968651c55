{{- /* The rights of each mode. A test holds them equal to those of the hub's manifest. */}}
{{- define "agent.rules.read-only" }}
- apiGroups:
    - ""
  resources:
    - events
    - namespaces
    - nodes
    - persistentvolumeclaims
    - persistentvolumes
    - pods
    - resourcequotas
    - services
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - apiextensions.k8s.io
  resources:
    - customresourcedefinitions
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - apps
  resources:
    - daemonsets
    - deployments
    - replicasets
    - statefulsets
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - batch
  resources:
    - cronjobs
    - jobs
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - metrics.k8s.io
  resources:
    - nodes
  verbs:
    - get
    - list
- apiGroups:
    - networking.k8s.io
  resources:
    - ingresses
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - storage.k8s.io
  resources:
    - storageclasses
  verbs:
    - get
    - list
    - watch
{{- end }}
{{- define "agent.rules.full" }}
- apiGroups:
    - "*"
  resources:
    - "*"
  verbs:
    - get
    - list
    - watch
    - create
    - update
    - patch
    - delete
    - deletecollection
- apiGroups:
    - ""
  resources:
    - users
    - groups
    - serviceaccounts
  verbs:
    - impersonate
- apiGroups:
    - authentication.k8s.io
  resources:
    - uids
    - userextras/moorage.dev/request
  verbs:
    - impersonate
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - clusterroles
    - roles
  verbs:
    - bind
    - escalate
- nonResourceURLs:
    - "*"
  verbs:
    - get
{{- end }}
{{- define "agent.rules.removal" }}
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - clusterrolebindings
  resourceNames:
    - {{ include "agent.wide" . }}
  verbs:
    - get
    - delete
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - clusterroles
  resourceNames:
    - {{ include "agent.wide" . }}
  verbs:
    - get
    - delete
- apiGroups:
    - ""
  resources:
    - namespaces
  resourceNames:
    - {{ .Release.Namespace }}
  verbs:
    - get
    {{- if .Values.createNamespace }}
    - delete
    - patch
    {{- end }}
{{- end }}
{{- define "agent.rules.own" }}
- apiGroups:
    - ""
  resources:
    - secrets
  resourceNames:
    - moorage-agent
  verbs:
    - get
    - patch
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - rolebindings
  resourceNames:
    - moorage-agent
  verbs:
    - get
    - delete
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - roles
  resourceNames:
    - moorage-agent
  verbs:
    - get
    - delete
- apiGroups:
    - ""
  resources:
    - configmaps
  resourceNames:
    - moorage-agent
  verbs:
    - get
    - delete
- apiGroups:
    - ""
  resources:
    - secrets
  resourceNames:
    - moorage-agent
  verbs:
    - get
    - delete
- apiGroups:
    - ""
  resources:
    - serviceaccounts
  resourceNames:
    - moorage-agent
  verbs:
    - get
    - delete
- apiGroups:
    - apps
  resources:
    - deployments
  resourceNames:
    - moorage-agent
  verbs:
    - get
    - delete
- apiGroups:
    - ""
  resources:
    - serviceaccounts
  resourceNames:
    - default
    - builder
    - deployer
    - pipeline
  verbs:
    - get
- apiGroups:
    - ""
  resources:
    - configmaps
  resourceNames:
    - kube-root-ca.crt
    - openshift-service-ca.crt
    - istio-ca-root-cert
  verbs:
    - get
- apiGroups:
    - rbac.authorization.k8s.io
  resources:
    - rolebindings
  resourceNames:
    - system:image-pullers
    - system:image-builders
    - system:deployers
  verbs:
    - get
- apiGroups:
    - ""
  resources:
    - resourcequotas
  verbs:
    - create
- apiGroups:
    - ""
  resources:
    - resourcequotas
  resourceNames:
    - moorage-count
  verbs:
    - get
    - delete
{{- end }}
