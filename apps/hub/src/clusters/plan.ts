import type { Condition, Phase } from '@moorage/contract/cluster.ts'
import {
  agentFinding,
  expiryFinding,
  type Finding,
  inventoryFinding,
  metricsFinding,
  modeFinding,
  nodesFinding,
  probeFindings,
  stale,
  tlsFinding,
} from './conditions.ts'
import {
  AGENT_AWAY_MS,
  AGENT_SILENCE_MS,
  LAST_PROBE_MS,
  PROBE_DEADLINE_MS,
  PROBE_EVERY_MS,
  READ_AGAIN_MS,
  REFUSED_MS,
  RETRY_AFTER_TIMEOUT_MS,
  RETRY_MS,
  RIGHTS_EVERY_MS,
  RIGHTS_WHILE_RAISING_MS,
  SECOND_TRY_MS,
  SERVER_FACTS_EVERY_MS,
  SILENCE_MS,
  SILENT_PROBE_DEADLINE_MS,
  STRIKES,
  SUMMARY_EVERY_MS,
  SUMMARY_WHEN_CHANGED_MS,
  WHILE_READING_MS,
} from './limits.ts'
import type { Action, Desired, Last, Observed, Plan, Reading } from './observed.ts'
import { missingFor } from './rights.ts'

/** Failures that no waiting heals: somebody must change something. */
const needsAHand = (observed: Observed) =>
  observed.probe.kind === 'rejected' ||
  observed.probe.kind === 'forbidden' ||
  observed.probe.kind === 'unopened' ||
  (observed.probe.kind === 'silent' && (observed.probe.reason === 'tls' || observed.probe.reason === 'address'))

/** Whether the round trip that proves everything was just made. */
const isGood = (desired: Desired, { probe }: Observed) => probe.kind === 'answered' && probe.uid === desired.uid

const isRefused = ({ probe }: Observed) => probe.kind === 'rejected' || probe.kind === 'forbidden'

/** The tunnel, or what it leads to, was silent: a redial may be under way, so it is the time that counts. */
const isTunnelSilent = (desired: Desired, { probe }: Observed) =>
  desired.agent !== null &&
  (probe.kind === 'away' || (probe.kind === 'silent' && probe.reason !== 'tls' && probe.reason !== 'address'))

function phaseOf(desired: Desired, observed: Observed, findings: readonly Finding[], last: Last): Phase {
  if (desired.leaving) return 'Disconnecting'
  const failing = findings.filter(({ status }) => status === 'False')
  const expired = failing.some(({ type, severity }) => type === 'CredentialExpiry' && severity === 'error')
  if (expired || needsAHand(observed)) return 'Error'
  if (observed.probe.kind === 'answered' && observed.probe.uid !== desired.uid) return 'Error'
  // An imported cluster has a first time: until then nothing was lost.
  if (observed.probe.kind === 'away' && last.lastSeen === null) return 'Pending'
  if (!isGood(desired, observed)) return 'Unreachable'
  return failing.some(({ severity }) => severity === 'warning') ? 'Warning' : 'Running'
}

function findingsOf(desired: Desired, observed: Observed, last: Last, now: Date): Finding[] {
  const before = (type: Finding['type']) => last.conditions.find(condition => condition.type === type)
  const since = last.lastSeen
    ? `This was last seen at ${last.lastSeen.toISOString()}; the cluster can not be read since.`
    : 'This was never seen: the cluster could not be read yet.'
  const read = [
    modeFinding(desired, observed.facts),
    nodesFinding(observed.facts),
    inventoryFinding(observed.inventory),
    metricsFinding(observed.facts),
    ...(desired.agent === null ? [] : [agentFinding(desired.agent)]),
  ]
  return [
    ...probeFindings(desired, observed),
    // With an agent the hub holds no credential, and it is the agent that verifies both ends.
    ...(desired.agent === null
      ? [expiryFinding(desired.credential, now), tlsFinding(desired.credential, observed)]
      : []),
    ...(isGood(desired, observed) ? read : read.map(finding => stale(finding, before(finding.type), since))),
  ]
}

/** Adds the times: a transition is a change of status, as in Kubernetes. */
function conditionsOf(findings: readonly Finding[], last: Last, now: Date): Condition[] {
  const at = now.toISOString()
  return findings.map(finding => {
    const before = last.conditions.find(condition => condition.type === finding.type)
    const lastTransition = before?.status === finding.status ? before.lastTransition : at
    return { ...finding, lastTransition, lastSeen: at }
  })
}

/** Whether that is so long ago. A time to come is of a clock that was set back, and counts as long ago. */
const passed = (since: Date | null, ms: number, now: Date) =>
  since === null || since > now || now.getTime() - since.getTime() >= ms

const older = (reading: Reading, every: number, now: Date) =>
  passed(reading.got, every, now) && passed(reading.tried, Math.min(every, READ_AGAIN_MS), now)

/** The first pass that finds the inventory complete: what was summed up before was a part of it. */
const justComplete = (observed: Observed, last: Last) =>
  observed.inventory?.complete === true &&
  last.conditions.some(({ type, reason }) => type === 'InventorySynced' && reason === 'Reading')

/** The owner of the member has lowered the mode: believed as soon as the agent says so. */
function lowered(desired: Desired): Action[] {
  if (desired.mode !== 'full' || desired.agent?.mode !== 'read-only') return []
  return [{ do: 'set-mode', mode: 'read-only', because: 'the agent runs in mode read-only' }]
}

/** It was raised where the agent says so and its rights were seen to be those of full mode. */
function raised(desired: Desired, observed: Observed): Action[] {
  const { rights } = observed.facts
  if (!mayBeRaised(desired) || observed.readAt.rights.got === null || rights === null) return []
  if (missingFor('full', rights).length > 0) return []
  return [{ do: 'set-mode', mode: 'full', because: 'the agent runs in mode full and its rights are those of it' }]
}

const mayBeRaised = (desired: Desired) => desired.mode === 'read-only' && desired.agent?.mode === 'full'

function actionsOf(desired: Desired, observed: Observed, last: Last, phase: Phase, now: Date): Action[] {
  if (!isGood(desired, observed)) {
    // Watches of a silent cluster heal by themselves. One that refuses us, or is another cluster, is left alone.
    if (observed.inventory === null || phase !== 'Error') return []
    return [{ do: 'stop-inventory', because: 'the cluster does not accept the hub’s credential, or is another one' }]
  }
  const summaryEvery = observed.summaryStale ? SUMMARY_WHEN_CHANGED_MS : SUMMARY_EVERY_MS
  const rightsEvery = mayBeRaised(desired) ? RIGHTS_WHILE_RAISING_MS : RIGHTS_EVERY_MS
  const sumUp = justComplete(observed, last) || older(observed.readAt.summary, summaryEvery, now)
  const actions: (Action | false)[] = [
    observed.inventory === null && { do: 'start-inventory' },
    older(observed.readAt.server, SERVER_FACTS_EVERY_MS, now) && { do: 'read-server' },
    sumUp && { do: 'summarise' },
    older(observed.readAt.rights, rightsEvery, now) && { do: 'review-rights' },
    ...raised(desired, observed),
  ]
  return actions.filter(action => action !== false)
}

const silentFor = (last: Pick<Last, 'lastSeen'>, now: Date) =>
  last.lastSeen === null ? 0 : now.getTime() - last.lastSeen.getTime()

/** How long an agent was not heard by somebody who listened, in ms. */
const unheardFor = ({ agent }: Pick<Desired, 'agent'>, last: Pick<Last, 'lastSeen'>, now: Date) =>
  Math.min(silentFor(last, now), agent === null ? Infinity : now.getTime() - agent.listenedSince.getTime())

/** How long a cluster whose agent is there did not answer somebody who asked, in ms. */
const unansweredFor = (desired: Pick<Desired, 'agent'>, last: Pick<Last, 'lastSeen'>, now: Date) =>
  Math.min(
    unheardFor(desired, last, now),
    desired.agent === null ? Infinity : now.getTime() - desired.agent.askedSince.getTime(),
  )

/** When to look again for an agent that may be redialling: when it would be believed to be away. Its hello comes before that. */
const untilBelieved = (desired: Desired, last: Last, now: Date) =>
  Math.min(AGENT_AWAY_MS, Math.max(AGENT_SILENCE_MS - unheardFor(desired, last, now), LAST_PROBE_MS))

function nextAfter(
  desired: Desired,
  observed: Observed,
  { last, strikes, believed, now }: { last: Last; strikes: number; believed: boolean; now: Date },
): number {
  if (isGood(desired, observed)) return observed.inventory?.complete ? PROBE_EVERY_MS : WHILE_READING_MS
  if (!believed) return observed.probe.kind === 'away' ? untilBelieved(desired, last, now) : SECOND_TRY_MS
  if (observed.probe.kind === 'away') return AGENT_AWAY_MS
  if (strikes < STRIKES) return SECOND_TRY_MS
  return observed.probe.kind === 'silent' && observed.probe.reason === 'timeout' ? RETRY_AFTER_TIMEOUT_MS : RETRY_MS
}

/** Whether a failed probe says something about the cluster, or may be a moment's. */
function isBelieved(desired: Desired, observed: Observed, last: Last, strikes: number, now: Date): boolean {
  if (isTunnelSilent(desired, observed)) {
    const isAway = observed.probe.kind === 'away'
    if (last.lastSeen !== null) return (isAway ? unheardFor : unansweredFor)(desired, last, now) >= AGENT_SILENCE_MS
    if (isAway) return true
  }
  if (isRefused(observed)) {
    const goesOn = passed(last.refusedSince ?? now, REFUSED_MS, now)
    // One that was away is not called Running meanwhile, so there is time.
    return goesOn || (last.phase !== 'Unreachable' && silentFor(last, now) >= SILENCE_MS)
  }
  return strikes >= STRIKES || silentFor(last, now) >= SILENCE_MS
}

/** How long the next probe may take, in ms: it ends in time for the notice that the cluster is silent. */
export function probeDeadline(desired: Pick<Desired, 'agent'>, last: Last, now: Date): number {
  const usual = last.strikes >= STRIKES ? SILENT_PROBE_DEADLINE_MS : PROBE_DEADLINE_MS
  const left = AGENT_SILENCE_MS - unansweredFor(desired, last, now)
  if (desired.agent === null || last.lastSeen === null || left <= 0) return usual
  return Math.min(usual, Math.max(left, LAST_PROBE_MS))
}

/**
 * What one pass comes to: from what is wanted, what was just seen and what the
 * last pass said, the phase, the conditions that explain it, what to do, and
 * when to look again. A first failed probe changes nothing but the time of the
 * next one, unless the cluster has not been seen for long anyhow.
 */
export function plan(desired: Desired, observed: Observed, last: Last, now: Date): Plan {
  const good = isGood(desired, observed)
  const strikes = good ? 0 : Math.min(last.strikes + 1, STRIKES)
  const lastSeen = good ? now : last.lastSeen
  const refusedSince = isRefused(observed) ? (last.refusedSince ?? now) : null
  const believed = good || isBelieved(desired, observed, last, strikes, now)
  const nextInMs = nextAfter(desired, observed, { last, strikes, believed, now })
  if (!believed) {
    const { conditions } = last
    const phase = desired.leaving ? 'Disconnecting' : last.phase
    return { phase, conditions, lastSeen, strikes, refusedSince, actions: lowered(desired), nextInMs }
  }
  const findings = findingsOf(desired, observed, last, now)
  const phase = phaseOf(desired, observed, findings, last)
  return {
    phase,
    conditions: conditionsOf(findings, last, now),
    lastSeen,
    strikes,
    refusedSince,
    actions: [...lowered(desired), ...actionsOf(desired, observed, last, phase, now)],
    nextInMs,
  }
}
