import { createHash } from 'node:crypto'
import type { AgentOptions, ImportProvider } from '@moorage/contract/agent.ts'
import type { Mode } from '@moorage/contract/cluster.ts'
import { OBJECT, POD_SECURITY } from '@moorage/removal/labels.ts'
import { nameOf } from '@moorage/removal/object-ref.ts'
import { AGENT_NAME, clusterWideName, removalRules } from '@moorage/removal/own-objects.ts'
import { stringify } from 'yaml'
import { deployment } from './deployment.ts'
import type { ManifestObject } from './manifest-object.ts'
import { modeRules } from './mode-rules.ts'

/** All that an agent's manifest depends on. */
export interface ManifestInput {
  hub: { instance: string; url: string; version: string; agentImage: string; caPem: string | null }
  mode: Mode
  provider: ImportProvider
  options: AgentOptions
  /** null where the agent has a key already. */
  joinToken: string | null
}

const RBAC = 'rbac.authorization.k8s.io/v1'

/** What everything carries that belongs to the agent of one hub: its removal goes by these. */
export const agentLabels = (instance: string): Record<string, string> => ({
  'app.kubernetes.io/managed-by': 'moorage',
  'app.kubernetes.io/name': AGENT_NAME,
  'moorage.dev/instance': instance,
})

const hasPassword = (url: string | undefined) => url !== undefined && new URL(url).password !== ''

/** The agent's configuration: what is not secret, and what is. */
function configuration({ hub, mode, options, joinToken }: ManifestInput) {
  const { proxy, caBundle, namespace } = options
  const ca = [hub.caPem, caBundle].filter(pem => pem != null).map(pem => `${pem.trim()}\n`)
  const proxies = { 'https-proxy': proxy?.https, 'http-proxy': proxy?.http }
  const config: Record<string, string> = {
    'hub-url': hub.url,
    'hub-instance': hub.instance,
    mode,
    namespace,
    ...(ca.length > 0 ? { 'ca.crt': ca.join('') } : {}),
    ...(proxy?.no === undefined ? {} : { 'no-proxy': proxy.no }),
  }
  const secret: Record<string, string> = joinToken === null ? {} : { 'join-token': joinToken }
  for (const [key, url] of Object.entries(proxies)) {
    if (url !== undefined) (hasPassword(url) ? secret : config)[key] = url
  }
  return { config, secret }
}

/** The agent's objects, in the order in which they are applied. The same input gives the same bytes. */
export function agentManifest(input: ManifestInput): ManifestObject[] {
  const { hub, mode, options, provider } = input
  const { instance } = hub
  const { namespace } = options
  const labels = agentLabels(instance)
  const removal = removalRules({ instance, namespace, keepNamespace: options.existingNamespace })
  const wide = clusterWideName(instance)
  const { config, secret } = configuration(input)
  const own = { name: AGENT_NAME, namespace, labels }
  const subjects = [{ kind: 'ServiceAccount', name: AGENT_NAME, namespace }]
  const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name })
  // A pod that runs with an older configuration is replaced.
  const checksum = createHash('sha256')
    .update(JSON.stringify([config, secret]))
    .digest('hex')
  const restricted = { [POD_SECURITY]: 'restricted' }
  const data = Object.fromEntries(
    Object.entries(secret).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  )
  const objects: ManifestObject[] = [
    ...(options.existingNamespace
      ? []
      : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ...labels, ...restricted } } }]),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: own, automountServiceAccountToken: false },
    // The agent adds its key. `data` is always there: without it, kubectl apply would take the key out with the token.
    { apiVersion: 'v1', kind: 'Secret', metadata: own, type: 'Opaque', data },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: own, data: config },
    {
      apiVersion: RBAC,
      kind: 'Role',
      metadata: own,
      rules: [
        { apiGroups: [''], resources: ['secrets'], resourceNames: [AGENT_NAME], verbs: ['get', 'patch'] },
        ...removal.role,
      ],
    },
    { apiVersion: RBAC, kind: 'RoleBinding', metadata: own, roleRef: roleRef('Role', AGENT_NAME), subjects },
    {
      apiVersion: RBAC,
      kind: 'ClusterRole',
      metadata: { name: wide, labels },
      rules: [...modeRules(mode), ...removal.clusterRole],
    },
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name: wide, labels },
      roleRef: roleRef('ClusterRole', wide),
      subjects,
    },
    deployment({ metadata: own, labels, options, provider, image: options.image ?? hub.agentImage, checksum }),
  ]
  return objects.map(marked)
}

/** With its own name in it: a copy that somebody makes with our labels still names the original, and is not taken for ours. */
function marked(object: ManifestObject): ManifestObject {
  const { kind, metadata } = object
  const name = nameOf({ kind, namespace: metadata.namespace ?? null, name: metadata.name })
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [OBJECT]: name } } }
}

/** The manifest as text, with its first lines for whoever reads it before applying it. */
export function manifestYaml(input: ManifestInput): string {
  const head = [
    `# The agent of Moorage ${input.hub.version} for a cluster in mode ${input.mode}.`,
    `# It dials ${input.hub.url} and listens nowhere.`,
  ]
  const documents = agentManifest(input).map(object =>
    stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }),
  )
  return `${head.join('\n')}\n---\n${documents.join('---\n')}`
}

/** What the manifest makes, by kind and name. */
export const objectsOf = (objects: readonly ManifestObject[]) =>
  objects.map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    namespace: metadata.namespace ?? null,
    name: metadata.name,
  }))
