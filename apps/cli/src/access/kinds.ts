/** Kinds that Kubernetes itself brings, by group: the plural, and what kubectl calls it for short. */
const KINDS: Readonly<Record<string, string>> = {
  '': 'pods/po services/svc nodes/no namespaces/ns secrets configmaps/cm endpoints/ep events/ev persistentvolumes/pv persistentvolumeclaims/pvc serviceaccounts/sa limitranges/limits resourcequotas/quota replicationcontrollers/rc podtemplates componentstatuses/cs bindings',
  apps: 'deployments/deploy statefulsets/sts daemonsets/ds replicasets/rs controllerrevisions',
  batch: 'jobs cronjobs/cj',
  autoscaling: 'horizontalpodautoscalers/hpa',
  policy: 'poddisruptionbudgets/pdb',
  'networking.k8s.io': 'ingresses/ing networkpolicies/netpol ingressclasses',
  'rbac.authorization.k8s.io': 'roles rolebindings clusterroles clusterrolebindings',
  'storage.k8s.io': 'storageclasses/sc volumeattachments csidrivers csinodes csistoragecapacities',
  'apiextensions.k8s.io': 'customresourcedefinitions/crd/crds',
  'apiregistration.k8s.io': 'apiservices',
  'scheduling.k8s.io': 'priorityclasses/pc',
  'coordination.k8s.io': 'leases',
  'discovery.k8s.io': 'endpointslices',
  'certificates.k8s.io': 'certificatesigningrequests/csr',
  'node.k8s.io': 'runtimeclasses',
  'admissionregistration.k8s.io':
    'validatingwebhookconfigurations mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings',
  'authentication.k8s.io': 'tokenreviews',
  'authorization.k8s.io': 'subjectaccessreviews localsubjectaccessreviews',
  'gateway.networking.k8s.io': 'gateways/gtw gatewayclasses/gc httproutes grpcroutes',
}

export interface Kind {
  resource: string
  apiGroup: string
}

/** One of it: `policies` → `policy`, `classes` → `class`, `pods` → `pod`. */
const singular = (plural: string) =>
  plural.endsWith('ies')
    ? `${plural.slice(0, -3)}y`
    : /(ss|x|ch|sh)es$/.test(plural) || plural.endsWith('statuses')
      ? plural.slice(0, -2)
      : plural.replace(/s$/, '')

const byWord = new Map(
  Object.entries(KINDS)
    .flatMap(([apiGroup, kinds]) => kinds.split(' ').map(kind => ({ apiGroup, names: kind.split('/') })))
    .flatMap(({ apiGroup, names: [resource = '', ...short] }) =>
      [resource, singular(resource), ...short].map((word): [string, Kind] => [word, { resource, apiGroup }]),
    ),
)

/** The kind that a word stands for, in any case, as kubectl takes it; undefined for one that Kubernetes itself does not bring. */
export const knownKind = (word: string): Kind | undefined => byWord.get(word.toLowerCase())
