import type { CapabilityName, ConnectionKind, Mode, Origin, Phase } from './cluster.ts'

/** One row of the matrix. It applies where every member of `when` does; the first that applies answers. */
export interface CapabilityRule {
  when?: {
    connection?: readonly ConnectionKind[]
    origin?: readonly Origin[]
    mode?: Mode
    phase?: readonly Phase[]
    provider?: readonly string[]
    metrics?: boolean
    joined?: boolean
    hybridNodes?: boolean
  }
  allowed: boolean
  because: string
}

const existing = ['imported', 'connected'] as const
/** Providers that an import can be told of, as people and as detection call them. */
const clouds = ['aws', 'azure', 'google', 'vmware', 'openshift', 'eks-anywhere', 'gcp', 'vsphere'] as const
const leaving = ['Disconnecting', 'Deleting'] as const
const silent = ['Unreachable', 'Stopped'] as const

const isLeaving: CapabilityRule = {
  when: { phase: leaving },
  allowed: false,
  because: 'The cluster is on its way out of Moorage.',
}
const needsFullMode: CapabilityRule = {
  when: { mode: 'read-only' },
  allowed: false,
  because: 'The mode is read-only: its owner lets Moorage look and change nothing.',
}
const seenLast: CapabilityRule = {
  when: { phase: silent },
  allowed: true,
  because: 'The cluster does not answer; what is shown was seen before that.',
}
const isSilent: CapabilityRule = {
  when: { phase: silent },
  allowed: false,
  because: 'The cluster does not answer, so nothing reaches it.',
}
const isAwaited: CapabilityRule = {
  when: { joined: false },
  allowed: false,
  because: 'Its agent has not joined yet: how far that is, its import steps say.',
}
const notYet = (what: string): CapabilityRule => ({ allowed: false, because: `Moorage can not ${what} yet.` })
const yes = (because: string): CapabilityRule => ({ allowed: true, because })

/**
 * What a cluster allows, by connection, origin and mode. Limits that this table
 * keeps: read-only means no day-2 work and no proxy settings; a connected
 * cluster's version and nodes are its owner's; an imported one can't be deleted
 * and gives out no kubeconfig of its own.
 */
export const capabilityMatrix: Readonly<Record<CapabilityName, readonly CapabilityRule[]>> = {
  view: [seenLast, yes('Every cluster that Moorage knows can be viewed.')],
  search: [seenLast, yes('The inventory of every cluster can be searched.')],
  events: [seenLast, yes('Events are read in both modes.')],
  metrics: [
    {
      when: { metrics: false },
      allowed: false,
      because: 'The cluster does not serve metrics.k8s.io: it has no metrics-server.',
    },
    seenLast,
    yes('Metrics are read in both modes, where the cluster serves metrics.k8s.io.'),
  ],
  relabel: [isLeaving, yes('Name, project and labels are kept in Moorage, not in the cluster.')],
  'replace-kubeconfig': [
    isLeaving,
    isAwaited,
    {
      when: { connection: ['agent'] },
      allowed: true,
      because: 'A kubeconfig of the same cluster moves it from its agent to a direct connection.',
    },
    {
      when: { connection: ['cloud'] },
      allowed: false,
      because: 'The credential is minted from the cloud account; change the account’s credential.',
    },
    yes('The kubeconfig can be replaced by another one that reaches the same cluster.'),
  ],
  disconnect: [
    { when: { phase: ['Deleting'] }, allowed: false, because: 'The cluster is being deleted.' },
    {
      when: { phase: ['Disconnecting'] },
      allowed: true,
      because: 'A disconnect is under way; it can be forced where the cluster is gone.',
    },
    yes('Disconnecting forgets the cluster; it lives on.'),
  ],
  delete: [
    {
      when: { origin: existing },
      allowed: false,
      because: 'Only clusters that Moorage made can be deleted: disconnect this one, and delete it where it runs.',
    },
    isLeaving,
    notYet('delete the clusters that it made'),
  ],
  kubectl: [
    isLeaving,
    isAwaited,
    isSilent,
    yes(
      'Every client, kubectl among them, reaches it at /k8s/CLUSTER, as far as people’s roles and the mode let them.',
    ),
  ],
  exec: [
    isLeaving,
    needsFullMode,
    isAwaited,
    isSilent,
    yes('Exec and attach of kubectl pass through the hub and are recorded by its policy.'),
  ],
  'edit-objects': [
    isLeaving,
    needsFullMode,
    isAwaited,
    isSilent,
    yes('Objects are changed by kubectl through the hub, by each person’s own rights.'),
  ],
  'add-ons': [isLeaving, needsFullMode, notYet('install add-ons')],
  backups: [isLeaving, needsFullMode, notYet('schedule backups')],
  scans: [isLeaving, needsFullMode, notYet('run scans')],
  upgrade: [
    {
      when: { origin: ['connected'] },
      allowed: false,
      because: 'A connected cluster can be viewed, not edited: its version is upgraded where it runs.',
    },
    {
      when: { origin: ['imported'], connection: ['agent'] },
      allowed: false,
      because: 'A cluster that was imported by agent is upgraded where it runs: Moorage has no access to its provider.',
    },
    isLeaving,
    needsFullMode,
    notYet('upgrade a cluster'),
  ],
  'node-pools': [
    {
      when: { origin: ['connected'] },
      allowed: false,
      because: 'A connected cluster can be viewed, not edited: its nodes are managed where it runs.',
    },
    // These nodes are the exception, here and in full profiles: no cloud manages them.
    {
      when: { origin: ['imported'], connection: ['agent'], hybridNodes: true },
      allowed: false,
      because:
        'The cloud does not manage the EKS Hybrid nodes of this cluster, so Moorage could; it can not change node pools yet.',
    },
    {
      when: { origin: ['imported'], connection: ['agent'], provider: clouds },
      allowed: false,
      because: 'Moorage did not make the nodes of this cluster: its node pools are managed at its provider.',
    },
    {
      when: { origin: ['imported'], connection: ['agent'] },
      allowed: false,
      because:
        'Of a generic cluster Moorage does not know what its nodes run on, so it can neither add nor scale them.',
    },
    isLeaving,
    needsFullMode,
    notYet('change node pools'),
  ],
  'download-kubeconfig': [
    {
      when: { connection: ['direct'] },
      allowed: false,
      because:
        'The kubeconfig is sealed and never given out; "moorage kubeconfig" writes one that goes through the hub.',
    },
    {
      when: { origin: existing },
      allowed: false,
      because:
        'Its own kubeconfig comes from where the cluster runs; "moorage kubeconfig" writes one that goes through the hub.',
    },
    isLeaving,
    {
      allowed: false,
      because: 'Its own kubeconfig is not given out; "moorage kubeconfig" writes one that goes through the hub.',
    },
  ],
  'agent-proxy-settings': [
    {
      when: { connection: ['direct'] },
      allowed: false,
      because: 'The cluster has no agent; a proxy stands in the kubeconfig as proxy-url.',
    },
    { when: { connection: ['cloud'] }, allowed: false, because: 'The cluster has no agent.' },
    isLeaving,
    {
      when: { mode: 'read-only' },
      allowed: false,
      because: 'A read-only agent has no proxy settings: raise the mode to full to change them.',
    },
    yes('A manifest with other proxy settings can be made, for the owner of the cluster to apply.'),
  ],
  'full-profiles': [
    {
      when: { origin: ['imported'], hybridNodes: true },
      allowed: false,
      because: 'A full profile could be made for its EKS Hybrid nodes; Moorage can not make nodes from profiles yet.',
    },
    {
      when: { origin: existing },
      allowed: false,
      because: 'A full profile says what nodes run from the operating system up; Moorage made none of these nodes.',
    },
    isLeaving,
    notYet('make clusters from profiles'),
  ],
  'change-mode': [
    isLeaving,
    {
      when: { connection: ['cloud'] },
      allowed: false,
      because: 'What the cloud account lets Moorage do is decided there.',
    },
    {
      when: { joined: false },
      allowed: false,
      because: 'Its agent has not joined yet: import it again under its name, with the other mode.',
    },
    {
      when: { connection: ['agent'] },
      allowed: true,
      because: 'Its owner applies the manifest of the other mode; it counts once its rights are seen.',
    },
    yes('The mode can be raised as far as the kubeconfig’s rights go, and lowered at any time.'),
  ],
  reconnect: [
    isLeaving,
    {
      when: { connection: ['cloud'] },
      allowed: false,
      because: 'The cluster is reached through its cloud account.',
    },
    yes('The cluster can be moved between agent and kubeconfig and keeps its name, labels and history.'),
  ],
  prove: [
    isLeaving,
    {
      when: { connection: ['direct', 'cloud'] },
      allowed: false,
      because: 'Only clusters with an agent have walls on both sides that can be tried.',
    },
    isAwaited,
    { when: { phase: silent }, allowed: false, because: 'The cluster does not answer, so nothing can be tried on it.' },
    yes('What its mode forbids can be tried for real at each wall.'),
  ],
}

/**
 * Where this table lets people do more than they can do with imported clusters
 * elsewhere, or where what they get is more than that.
 */
export const betterThanElsewhere: Readonly<Partial<Record<CapabilityName, string>>> = {
  view: 'Region and instance types are not all that a generic cluster shows: every cluster shows the same.',
  events: 'Events are kept for longer than the hour that Kubernetes keeps them.',
  'replace-kubeconfig':
    'A credential is replaced without connecting the cluster anew, and another cluster is told by its UID.',
  disconnect: 'Nothing is left in the cluster for a force-removal tool to find, and a receipt says what was removed.',
  'agent-proxy-settings':
    'In read-only mode too the agent takes a proxy where the hub can not be reached without it; it is then shown as such.',
  'change-mode': 'It goes up and down, and counts only once the cluster itself has confirmed the rights.',
  reconnect: 'How a cluster is connected is not decided once and for all.',
  prove: 'That read-only means read-only is not promised but tried, and signed.',
}
