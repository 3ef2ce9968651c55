import { betterThanElsewhere, type CapabilityRule, capabilityMatrix } from './capability-matrix.ts'
import { type Capability, CapabilityName, type ConnectionKind, type Mode, type Origin, type Phase } from './cluster.ts'

/** What the answer depends on. */
export interface CapabilitySubject {
  connection: ConnectionKind
  origin: Origin
  mode: Mode
  phase: Phase
  /** Whether the cluster was ever reached; an import whose agent has not come yet was not. */
  joined: boolean
  /** As its owner said, else as it was detected; null where nobody knows. */
  provider: string | null
  /** Whether `metrics.k8s.io` answers; null until it was looked at. */
  metrics: boolean | null
  /** Whether nodes of it are EKS Hybrid nodes; null where no node was seen. */
  hybridNodes: boolean | null
}

function applies(rule: CapabilityRule, subject: CapabilitySubject): boolean {
  const when = rule.when
  if (when === undefined) return true
  if (when.connection !== undefined && !when.connection.includes(subject.connection)) return false
  if (when.origin !== undefined && !when.origin.includes(subject.origin)) return false
  if (when.mode !== undefined && when.mode !== subject.mode) return false
  if (when.phase !== undefined && !when.phase.includes(subject.phase)) return false
  if (when.provider !== undefined && !(subject.provider !== null && when.provider.includes(subject.provider)))
    return false
  if (when.joined !== undefined && when.joined !== subject.joined) return false
  if (when.hybridNodes !== undefined && when.hybridNodes !== subject.hybridNodes) return false
  return when.metrics === undefined || when.metrics === subject.metrics
}

/** Whether a cluster allows one thing now, with the reason. */
export function capabilityOf(name: CapabilityName, subject: CapabilitySubject): Capability {
  const rule = capabilityMatrix[name].find(candidate => applies(candidate, subject))
  // Each list ends with a rule without `when`; a test holds that.
  if (rule === undefined) return { name, allowed: false, because: 'No rule of the capability matrix answers this.' }
  const better = betterThanElsewhere[name]
  return { name, allowed: rule.allowed, because: rule.because, ...(better === undefined ? {} : { better }) }
}

/** Everything that a cluster allows now, or the reason why not, in the order of `CapabilityName`. */
export function capabilitiesOf(subject: CapabilitySubject): Capability[] {
  return CapabilityName.options.map(name => capabilityOf(name, subject))
}
