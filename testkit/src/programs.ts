/** The Kubernetes that the testbed runs. Its sources are pinned in `binaries/kubernetes/go.mod`. */
export const KUBERNETES_VERSION = 'v1.36.3'

/** Programs that come with Kubernetes: one executable under several names. */
export const KUBERNETES_PROGRAMS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kubectl',
] as const

/** What else the testbed runs: the simulated kubelet, what it does to nodes and pods, the metrics API, and what people install charts with. */
export const OTHER_PROGRAMS = ['kwok', 'kwok-stages.yaml', 'metrics-server', 'helm'] as const

export type Program = (typeof KUBERNETES_PROGRAMS)[number] | (typeof OTHER_PROGRAMS)[number]
