import { z } from 'zod'
import { AgentProxy } from './agent-proxy.ts'
import { Instant, Labels, Name } from './common.ts'

export const Phase = z.enum([
  'Pending',
  'Provisioning',
  'Running',
  'Reconciling',
  'Warning',
  'Unreachable',
  'Stopped',
  'Error',
  'Disconnecting',
  'Deleting',
])
export type Phase = z.infer<typeof Phase>

export const Mode = z.enum(['read-only', 'full'])
export type Mode = z.infer<typeof Mode>

export const Origin = z.enum(['imported', 'connected', 'created', 'provisioned'])
export type Origin = z.infer<typeof Origin>

/** How the hub reaches the API server. */
export const ConnectionKind = z.enum(['agent', 'direct', 'cloud'])
export type ConnectionKind = z.infer<typeof ConnectionKind>

export const ConditionType = z.enum([
  'Connected',
  'APIServerReachable',
  'CredentialValid',
  'CredentialExpiry',
  'TLSVerified',
  'ModeVerified',
  'AgentCurrent',
  'NodesReady',
  'InventorySynced',
  'MetricsAvailable',
])
export type ConditionType = z.infer<typeof ConditionType>

/** A Kubernetes-style condition: one fact that explains the phase. */
export const Condition = z
  .object({
    type: ConditionType,
    status: z.enum(['True', 'False', 'Unknown']),
    severity: z.enum(['error', 'warning', 'info']).describe('What False means for the cluster'),
    reason: z.string().describe('One CamelCase word for programs'),
    message: z.string().describe('A sentence for people'),
    lastTransition: Instant,
    lastSeen: Instant.describe('When this was last found to be so'),
  })
  .meta({ id: 'Condition' })
export type Condition = z.infer<typeof Condition>

/** One answer found by detection, with what led to it. */
export const Detected = z
  .object({
    value: z.string().nullable().describe('null where nothing pointed to an answer'),
    evidence: z.array(z.string()).describe('Sentences: what was seen that led to the answer'),
    limited: z.boolean().describe('Nodes or API groups could not be read, so evidence was missing'),
  })
  .meta({ id: 'Detected' })
export type Detected = z.infer<typeof Detected>

/** What the kubeconfig's credential is, without the credential. */
export const CredentialInfo = z
  .object({
    kind: z.enum(['client-certificate', 'token']),
    server: z.string(),
    context: z.string(),
    user: z.string().nullable().describe('Subject of the certificate or of the token, where it says so'),
    expiresAt: Instant.nullable(),
    insecureSkipTlsVerify: z.boolean(),
    proxyUrl: z.string().nullable().describe('Without its password'),
    tlsServerName: z.string().nullable(),
  })
  .meta({ id: 'CredentialInfo' })
export type CredentialInfo = z.infer<typeof CredentialInfo>

/** The agent of a member, as it was last heard. */
export const AgentInfo = z
  .object({
    version: z.string().nullable().describe('null until it has joined'),
    mode: Mode.nullable().describe('What its manifest asks for; the cluster’s mode is what was observed'),
    namespace: z.string(),
    key: z.string().nullable().describe('Thumbprint of its public key (RFC 7638)'),
    connections: z.array(
      z.object({
        agent: z.string().describe('Name of the pod or process'),
        replica: z.string().describe('The hub replica that holds its tunnel'),
        since: Instant,
        idle: z.int(),
        busy: z.int(),
      }),
    ),
    proxied: z.boolean().describe('It reaches the hub through a proxy, as it said itself'),
    proxy: AgentProxy.nullable().describe('What its import asks for, without passwords; null for none'),
    proxyNeededForHub: z.boolean().describe('In read-only mode: the proxy is there for reaching the hub alone'),
  })
  .meta({ id: 'AgentInfo' })
export type AgentInfo = z.infer<typeof AgentInfo>

export const CapabilityName = z.enum([
  'view',
  'metrics',
  'search',
  'events',
  'relabel',
  'replace-kubeconfig',
  'disconnect',
  'delete',
  'kubectl',
  'exec',
  'edit-objects',
  'add-ons',
  'backups',
  'scans',
  'upgrade',
  'node-pools',
  'download-kubeconfig',
  'agent-proxy-settings',
  'full-profiles',
  'change-mode',
  'reconnect',
  'prove',
])
export type CapabilityName = z.infer<typeof CapabilityName>

/** One thing that this cluster allows now, or the reason why not. */
export const Capability = z
  .object({
    name: CapabilityName,
    allowed: z.boolean(),
    because: z.string(),
    better: z.string().optional().describe('Where this goes beyond what imported clusters allow elsewhere'),
  })
  .meta({ id: 'Capability' })
export type Capability = z.infer<typeof Capability>

/** A sum over nodes. CPU in millicores, memory in bytes, pods as a count. */
export const Resources = z
  .object({ cpuMilli: z.number(), memoryBytes: z.number(), pods: z.number() })
  .meta({ id: 'Resources' })
export type Resources = z.infer<typeof Resources>

/**
 * In whose name a person’s requests to a cluster are made: their own, which its
 * own rules and audit log see, or that of the connection, so that the hub’s
 * rules alone say what they may.
 */
export const ActsAs = z.enum(['person', 'connection'])
export type ActsAs = z.infer<typeof ActsAs>

export const Cluster = z
  .object({
    id: z.string(),
    name: Name,
    uid: z.string().nullable().describe('UID of the kube-system namespace; null until an imported cluster has joined'),
    project: z.string(),
    labels: Labels,
    phase: Phase,
    conditions: z.array(Condition),
    origin: Origin,
    connection: ConnectionKind,
    mode: Mode,
    version: z.string().nullable().describe('gitVersion of the API server'),
    distribution: Detected,
    provider: Detected,
    region: z.string().nullable(),
    zones: z.array(z.string()),
    instanceTypes: z.array(z.object({ name: z.string(), count: z.int() })),
    nodeCount: z.int().nullable().describe('null before nodes were first read'),
    readyNodeCount: z.int().nullable(),
    podCount: z.int().nullable(),
    capacity: Resources.nullable(),
    allocatable: Resources.nullable(),
    requested: Resources.nullable(),
    used: Resources.omit({ pods: true }).nullable().describe('From metrics.k8s.io, null where that is absent'),
    actsAs: ActsAs.nullable().describe(
      'In whose name people’s requests reach it; null until its rights were looked at',
    ),
    credential: CredentialInfo.nullable(),
    agent: AgentInfo.nullable().describe('null where the cluster is not connected by agent'),
    capabilities: z.array(Capability),
    createdAt: Instant,
    lastSeen: Instant.nullable().describe('The last answer of the API server'),
  })
  .meta({ id: 'Cluster' })
export type Cluster = z.infer<typeof Cluster>

/** What a connect check found, step by step. */
export const CheckStep = z
  .object({
    name: z.enum(['parse', 'address', 'reach', 'version', 'identity', 'rights']),
    status: z.enum(['ok', 'warning', 'failed']),
    message: z.string(),
    ms: z.number(),
  })
  .meta({ id: 'CheckStep' })
export type CheckStep = z.infer<typeof CheckStep>

export const ConnectCluster = z
  .strictObject({
    name: Name,
    kubeconfig: z.string().min(1).max(1_048_576).describe('The file’s text, at most 1 MiB'),
    context: z.string().max(253).optional().describe('Needed where the file has several'),
    mode: Mode.default('read-only'),
    project: Name.default('default'),
    labels: Labels.default({}),
    allowInsecureTls: z.boolean().default(false).describe('Accept a kubeconfig with insecure-skip-tls-verify'),
    dryRun: z.boolean().default(false).describe('Only check; store nothing'),
  })
  .meta({
    id: 'ConnectCluster',
    examples: [
      { name: 'alpha', kubeconfig: 'apiVersion: v1\nkind: Config\n…', mode: 'read-only', labels: { env: 'prod' } },
    ],
  })
export type ConnectCluster = z.infer<typeof ConnectCluster>

export const Connected = z
  .object({
    cluster: Cluster.nullable().describe('null on a dry run'),
    steps: z.array(CheckStep),
    uid: z.string(),
    version: z.string(),
  })
  .meta({ id: 'Connected' })
export type Connected = z.infer<typeof Connected>

export const ReplaceKubeconfig = ConnectCluster.pick({
  kubeconfig: true,
  context: true,
  allowInsecureTls: true,
  dryRun: true,
}).meta({ id: 'ReplaceKubeconfig' })
export type ReplaceKubeconfig = z.infer<typeof ReplaceKubeconfig>

export const UpdateCluster = z
  .strictObject({
    name: Name.optional(),
    project: Name.optional(),
    labels: z
      .record(z.string().max(320), z.string().max(63).nullable())
      .optional()
      .describe('Merged into the labels; null removes one'),
    mode: Mode.optional(),
  })
  .meta({ id: 'UpdateCluster', examples: [{ labels: { env: 'test', tier: null } }] })
export type UpdateCluster = z.infer<typeof UpdateCluster>

export const ObjectRef = z
  .object({
    apiVersion: z.string(),
    kind: z.string(),
    namespace: z.string().nullable(),
    name: z.string(),
    uid: z.string().describe('Empty where it was never seen: the object is made by whoever applies a manifest'),
  })
  .meta({ id: 'ObjectRef' })
export type ObjectRef = z.infer<typeof ObjectRef>

export const DisconnectPreview = z
  .object({
    cluster: z.string(),
    reachable: z.boolean(),
    removes: z.array(ObjectRef).describe('Objects of the ledger that will be removed from the member'),
    forgets: z.array(z.string()).describe('Sentences: what the hub will forget'),
    keeps: z.array(z.string()).describe('Sentences: what stays as it is'),
  })
  .meta({ id: 'DisconnectPreview' })
export type DisconnectPreview = z.infer<typeof DisconnectPreview>

export const Receipt = z
  .object({
    id: z.string(),
    name: z.string(),
    uid: z.string().nullable().describe('null where an import was given up before the cluster had joined'),
    disconnectedAt: Instant,
    by: z.string(),
    forced: z.boolean(),
    removed: z.array(ObjectRef),
    owed: z.array(ObjectRef).describe('Objects that could not be removed, as the member did not answer'),
    settledAt: Instant.optional().describe(
      'When the last of what was owed after a forced disconnect was gone: its agent came back and removed it',
    ),
    forgotten: z.array(z.string()),
    kept: z.array(z.string()),
    tombstoneUntil: Instant,
  })
  .meta({ id: 'Receipt' })
export type Receipt = z.infer<typeof Receipt>
