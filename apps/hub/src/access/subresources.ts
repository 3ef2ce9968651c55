/** Subresources of the kinds that have more of them than most. */
const OF: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'attach',
    'binding',
    'ephemeralcontainers',
    'eviction',
    'exec',
    'log',
    'portforward',
    'proxy',
    'resize',
    'status',
  ],
  services: ['proxy', 'status'],
  nodes: ['configz', 'healthz', 'log', 'metrics', 'pods', 'proxy', 'spec', 'stats', 'status'],
  namespaces: ['finalize', 'status'],
  serviceaccounts: ['token'],
  deployments: ['rollback', 'scale', 'status'],
  certificatesigningrequests: ['approval', 'status'],
}

/** What any kind may have, those of CustomResourceDefinitions too. */
const OF_MOST = ['scale', 'status']

// Kubernetes knows one subresource of every kind, but not every subresource of one: "pods/*" would silently allow nothing.
/** The resources of a rule in the words of Kubernetes' own roles. */
export const asKubernetesHas = (resources: readonly string[]): string[] => [
  ...new Set(
    resources.flatMap(each => {
      if (!each.endsWith('/*')) return each
      const kind = each.slice(0, -2)
      const known = kind === '*' ? [...Object.values(OF).flat(), ...OF_MOST] : (OF[kind] ?? OF_MOST)
      return known.map(subresource => `${kind}/${subresource}`)
    }),
  ),
]
