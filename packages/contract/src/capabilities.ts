import { type Capability, CapabilityName, type ConnectionKind, type Mode, type Origin, type Phase } from './cluster.ts'

/** What the answer depends on. `metrics` is null until it was seen whether `metrics.k8s.io` answers. */
export interface CapabilitySubject {
  connection: ConnectionKind
  origin: Origin
  mode: Mode
  phase: Phase
  metrics: boolean | null
}

/** One row of the matrix. It applies where every member of `when` does; the first that applies answers. */
interface Rule {
  when?: {
    connection?: readonly ConnectionKind[]
    origin?: readonly Origin[]
    mode?: Mode
    phase?: readonly Phase[]
    metrics?: boolean
  }
  allowed: boolean
  because: string
}

const existing = ['imported', 'connected'] as const
const leaving = ['Disconnecting', 'Deleting'] as const
const silent = ['Unreachable', 'Stopped'] as const

const isLeaving: Rule = {
  when: { phase: leaving },
  allowed: false,
  because: 'The cluster is on its way out of Moorage.',
}
const needsFullMode: Rule = {
  when: { mode: 'read-only' },
  allowed: false,
  because: 'The mode is read-only: its owner lets Moorage look and change nothing.',
}
const seenLast: Rule = {
  when: { phase: silent },
  allowed: true,
  because: 'The cluster does not answer; what is shown was seen before that.',
}
const notYet = (what: string): Rule => ({ allowed: false, because: `Moorage can not ${what} yet.` })
const yes = (because: string): Rule => ({ allowed: true, because })

/**
 * What a cluster allows, by connection, origin and mode. Known limits that
 * other products print and this table keeps: read-only means no day-2 work and
 * no proxy settings; a connected cluster is viewed, its version and nodes are
 * its owner's; an imported one can't be deleted and gives out no kubeconfig.
 */
export const capabilityMatrix: Readonly<Record<CapabilityName, readonly Rule[]>> = {
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
    {
      when: { connection: ['agent'] },
      allowed: false,
      because: 'The cluster is connected by its agent; Moorage holds no kubeconfig of it.',
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
  kubectl: [isLeaving, notYet('pass kubectl through the hub')],
  exec: [isLeaving, needsFullMode, notYet('open a shell in a pod')],
  'edit-objects': [isLeaving, needsFullMode, notYet('change objects of a cluster')],
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
    {
      when: { origin: ['imported'], connection: ['agent'] },
      allowed: false,
      because: 'Moorage did not make the nodes of this cluster and has no access to its provider.',
    },
    isLeaving,
    needsFullMode,
    notYet('change node pools'),
  ],
  'download-kubeconfig': [
    {
      when: { connection: ['direct'] },
      allowed: false,
      because: 'The kubeconfig is sealed and never given out again; its owner has the original.',
    },
    {
      when: { origin: existing },
      allowed: false,
      because: 'The kubeconfig of an imported cluster comes from where the cluster runs.',
    },
    isLeaving,
    notYet('give out kubeconfigs'),
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
    notYet('change the proxy settings of an agent'),
  ],
}

function applies(rule: Rule, subject: CapabilitySubject): boolean {
  const when = rule.when
  if (when === undefined) return true
  if (when.connection !== undefined && !when.connection.includes(subject.connection)) return false
  if (when.origin !== undefined && !when.origin.includes(subject.origin)) return false
  if (when.mode !== undefined && when.mode !== subject.mode) return false
  if (when.phase !== undefined && !when.phase.includes(subject.phase)) return false
  return when.metrics === undefined || when.metrics === subject.metrics
}

/** Whether a cluster allows one thing now, with the reason. */
export function capabilityOf(name: CapabilityName, subject: CapabilitySubject): Capability {
  const rule = capabilityMatrix[name].find(candidate => applies(candidate, subject))
  // Each list ends with a rule without `when`; a test holds that.
  if (rule === undefined) return { name, allowed: false, because: 'No rule of the capability matrix answers this.' }
  return { name, allowed: rule.allowed, because: rule.because }
}

/** Everything that a cluster allows now, or the reason why not, in the order of `CapabilityName`. */
export function capabilitiesOf(subject: CapabilitySubject): Capability[] {
  return CapabilityName.options.map(name => capabilityOf(name, subject))
}
