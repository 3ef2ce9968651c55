import { z } from 'zod'
import { AgentProxy } from './agent-proxy.ts'
import { Cluster, Mode } from './cluster.ts'
import { Instant, Labels, Name } from './common.ts'

/** Where the agent runs when nothing else is asked for. */
export const AGENT_NAMESPACE = 'moorage-system'

export const Toleration = z
  .strictObject({
    key: z.string().max(316).optional(),
    operator: z.enum(['Equal', 'Exists']).optional(),
    value: z.string().max(63).optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
    tolerationSeconds: z.int().min(0).optional(),
  })
  .meta({ id: 'Toleration' })
export type Toleration = z.infer<typeof Toleration>

const shape = {
  namespace: Name,
  existingNamespace: z
    .boolean()
    .describe('The namespace is there already: the manifest does not have it, and removal leaves it'),
  image: z
    .string()
    .max(500)
    .regex(/^[\w.:/@-]+$/, 'is not an image reference')
    .optional()
    .describe('Left out: the image that belongs to the hub’s version'),
  imagePullSecret: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'is not the name of a Secret')
    .optional()
    .describe('Name of a Secret in the agent’s namespace that its owner makes'),
  replicas: z.int().min(1).max(2),
  tolerations: z.array(Toleration).max(16),
  proxy: AgentProxy.optional(),
  proxyNeededForHub: z
    .boolean()
    .describe('In read-only mode a proxy is only accepted where the hub can not be reached without it'),
  caBundle: z.string().max(262_144).optional().describe('PEM: CAs beside the hub’s own that the agent trusts'),
}

/** How the agent is run in a member. Part of the manifest, nothing in it is secret but the proxies' passwords. */
export const AgentOptions = z
  .strictObject({
    ...shape,
    namespace: shape.namespace.default(AGENT_NAMESPACE),
    existingNamespace: shape.existingNamespace.default(false),
    replicas: shape.replicas.default(1),
    tolerations: shape.tolerations.default([]),
    proxyNeededForHub: shape.proxyNeededForHub.default(false),
  })
  .meta({ id: 'AgentOptions' })
export type AgentOptions = z.infer<typeof AgentOptions>

/** What is to be different of it; what is left out stays. Without defaults, as `partial()` would keep those. */
export const AgentOptionsChange = z
  .strictObject(shape)
  .partial()
  .extend({ proxy: AgentProxy.optional().describe('One without members means: none') })
  .meta({ id: 'AgentOptionsChange' })
export type AgentOptionsChange = z.infer<typeof AgentOptionsChange>

/** What the owner says of where the cluster runs. Detection says what it finds beside it. */
export const ImportProvider = z.enum(['aws', 'azure', 'google', 'vmware', 'openshift', 'eks-anywhere', 'generic'])
export type ImportProvider = z.infer<typeof ImportProvider>

export const ImportCluster = z
  .strictObject({
    name: Name,
    mode: Mode.default('read-only'),
    project: Name.optional().describe('Left out: default, or where the cluster of that name is'),
    labels: Labels.optional().describe('Left out: none, or those of the cluster of that name'),
    provider: ImportProvider.optional().describe('Left out: generic, or what was said of the cluster of that name'),
    agent: AgentOptions.prefault({}),
    ttlSeconds: z
      .int()
      .min(60)
      .max(7 * 86_400)
      .default(3600)
      .describe('How long the join token can be used'),
  })
  .meta({ id: 'ImportCluster', examples: [{ name: 'edge', mode: 'read-only', labels: { env: 'prod' } }] })
export type ImportCluster = z.infer<typeof ImportCluster>

/** An import that is only looked at, as far as what it says depends on it. Nothing of it is secret: it stands in an address. */
export const PreviewImport = z.strictObject({
  name: Name.optional().describe('Left out: it is not looked at whether the name is free'),
  mode: ImportCluster.shape.mode,
  namespace: AgentOptions.shape.namespace,
  existingNamespace: z
    .enum(['true', 'false'])
    .default('false')
    .describe(shape.existingNamespace.description ?? ''),
  imagePullSecret: shape.imagePullSecret,
})
export type PreviewImport = z.infer<typeof PreviewImport>

/** The steps of an import, in their order. */
export const ImportStepName = z.enum(['manifest', 'contact', 'identity', 'api-server', 'rights', 'inventory'])
export type ImportStepName = z.infer<typeof ImportStepName>

export const ImportStep = z
  .object({
    name: ImportStepName,
    status: z.enum(['waiting', 'ok', 'failed']),
    message: z.string().describe('What was seen, or what is waited for'),
    causes: z.array(z.string()).describe('Likely causes where it waits for long or failed, each with what to do'),
    at: Instant.nullable().describe('When it came to be so'),
  })
  .meta({ id: 'ImportStep' })
export type ImportStep = z.infer<typeof ImportStep>

/** How far an import has come. */
export const ImportProgress = z
  .object({
    done: z.boolean(),
    token: z
      .enum(['good', 'spent', 'expired', 'none'])
      .describe('The newest join token: whether an agent can still register with it'),
    expiresAt: Instant.nullable().describe('When the newest join token ends, or has ended'),
    steps: z.array(ImportStep),
  })
  .meta({ id: 'ImportProgress' })
export type ImportProgress = z.infer<typeof ImportProgress>

/** What the owner of a member is asked to apply. */
export const AgentManifest = z
  .object({
    manifest: z.string().describe('YAML documents'),
    creates: z.array(z.object({ kind: z.string(), namespace: z.string().nullable(), name: z.string() })),
    rights: z.array(z.string()).describe('Sentences: what the agent may do'),
    notes: z.array(z.string()).describe('Sentences: what is worth knowing before it is applied'),
    url: z.url().nullable().describe('Serves the manifest until the token is used or expires'),
    command: z.string().nullable().describe('The one command that applies it'),
    expiresAt: Instant.nullable(),
  })
  .meta({ id: 'AgentManifest' })
export type AgentManifest = z.infer<typeof AgentManifest>

export const Imported = AgentManifest.extend({
  cluster: Cluster,
  adopts: z.boolean().describe('The name is of a known cluster: its agent is installed anew, and history stays'),
}).meta({ id: 'Imported' })
export type Imported = z.infer<typeof Imported>

/** What an import would ask of the cluster's owner. */
export const ImportPreview = AgentManifest.pick({ creates: true, rights: true, notes: true })
  .extend({ adopts: Imported.shape.adopts })
  .meta({ id: 'ImportPreview' })
export type ImportPreview = z.infer<typeof ImportPreview>

export const MigrateCluster = z
  .strictObject({ mode: Mode, agent: AgentOptionsChange.optional() })
  .meta({ id: 'MigrateCluster', examples: [{ mode: 'full' }] })
export type MigrateCluster = z.infer<typeof MigrateCluster>

/** One thing that happened to the connections of a cluster. */
export const ConnectionEvent = z
  .object({
    at: Instant,
    type: z.enum(['opened', 'closed', 'refused', 'registered', 'settings', 'removed']),
    agent: z.string().nullable().describe('Name of the agent’s pod or process'),
    replica: z.string().describe('The hub replica that saw it'),
    address: z.string().nullable().describe('Where the agent dialled from, as the hub saw it'),
    reason: z.string().describe('One CamelCase word'),
    message: z.string(),
  })
  .meta({ id: 'ConnectionEvent' })
export type ConnectionEvent = z.infer<typeof ConnectionEvent>

/** One thing that the mode forbids, tried for real. */
export const Proof = z
  .object({
    name: z.string(),
    request: z.string().describe('Method and path, and how it was made harmless'),
    walls: z.array(
      z.object({
        wall: z.enum(['hub', 'agent', 'api-server']),
        outcome: z.enum(['refused', 'passed', 'not-tried']),
        answer: z.string().describe('What the wall said'),
      }),
    ),
  })
  .meta({ id: 'Proof' })
export type Proof = z.infer<typeof Proof>

export const ProofReport = z
  .object({
    cluster: z.string(),
    uid: z.string(),
    mode: Mode,
    at: Instant,
    proofs: z.array(Proof),
    holds: z.boolean().describe('Every forbidden thing was refused by every wall that stands'),
    signature: z.string().describe('Compact JWS over the rest of the report'),
    key: z.string().describe('Public key of the signature, JWK'),
  })
  .meta({ id: 'ProofReport' })
export type ProofReport = z.infer<typeof ProofReport>
