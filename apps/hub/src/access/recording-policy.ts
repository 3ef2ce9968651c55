import type { KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import { allowingRule } from './decide.ts'
import { isCurrent, type Policy } from './policy.ts'

/** What is said about recording in the places where it can be. */
export interface RecordingWords {
  hub: RecordingPolicy
  /** null: the cluster goes by the hub's. */
  cluster: RecordingPolicy | null
  /** Of each role that lets somebody in; undefined of one that says nothing. */
  roles: readonly (RecordingPolicy | undefined)[]
}

const STRICTNESS: readonly RecordingPolicy[] = ['off', 'record', 'record-or-refuse']

const strictest = (first: RecordingPolicy, ...others: readonly RecordingPolicy[]): RecordingPolicy =>
  others.reduce((one, other) => (STRICTNESS.indexOf(other) > STRICTNESS.indexOf(one) ? other : one), first)

/**
 * What holds. A cluster's own word stands in the place of the hub's, and a role
 * can only be stricter than that; but `off` of every role that lets somebody in
 * exempts them from what is the hub's `record` and nobody else's word.
 */
export function recordingPolicy({ hub, cluster, roles }: RecordingWords): RecordingPolicy {
  const exempt = roles.length > 0 && roles.every(role => role === 'off')
  if (exempt) return cluster ?? (hub === 'record-or-refuse' ? hub : 'off')
  return strictest(cluster ?? hub, ...roles.filter(role => role !== undefined))
}

/**
 * What the roles say by which somebody may do all of this: of every binding that lets them, so that it
 * does not depend on which is asked first.
 */
export function rolesOnRecording(
  who: Identity,
  requests: readonly (KubeAccessRequest | NonResourceRequest)[],
  policy: Policy,
  now: Date,
): (RecordingPolicy | undefined)[] {
  const bindings = policy.for(who).filter(binding => isCurrent(binding, now))
  return bindings
    .filter(binding => requests.some(request => allowingRule(binding, request) !== null))
    .map(({ recording }) => recording)
}
