import type { Condition, Phase } from '@moorage/contract/cluster.ts'
import {
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
  PROBE_EVERY_MS,
  READ_AGAIN_MS,
  RETRY_AFTER_TIMEOUT_MS,
  RETRY_MS,
  RIGHTS_EVERY_MS,
  SECOND_TRY_MS,
  SERVER_FACTS_EVERY_MS,
  SILENCE_MS,
  STRIKES,
  SUMMARY_EVERY_MS,
  SUMMARY_WHEN_CHANGED_MS,
  WHILE_READING_MS,
} from './limits.ts'
import type { Action, Desired, Last, Observed, Plan, Reading } from './observed.ts'

/** Failures that no waiting heals: somebody must change something. */
const needsAHand = (observed: Observed) =>
  observed.probe.kind === 'rejected' ||
  observed.probe.kind === 'forbidden' ||
  observed.probe.kind === 'unopened' ||
  (observed.probe.kind === 'silent' && (observed.probe.reason === 'tls' || observed.probe.reason === 'address'))

/** Whether the round trip that proves everything was just made. */
const isGood = (desired: Desired, { probe }: Observed) => probe.kind === 'answered' && probe.uid === desired.uid

function phaseOf(desired: Desired, observed: Observed, findings: readonly Finding[]): Phase {
  const failing = findings.filter(({ status }) => status === 'False')
  const expired = failing.some(({ type, severity }) => type === 'CredentialExpiry' && severity === 'error')
  if (expired || needsAHand(observed)) return 'Error'
  if (observed.probe.kind === 'answered' && observed.probe.uid !== desired.uid) return 'Error'
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
  ]
  return [
    ...probeFindings(desired, observed),
    expiryFinding(desired.credential, now),
    tlsFinding(desired.credential, observed),
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

function actionsOf(desired: Desired, observed: Observed, last: Last, phase: Phase, now: Date): Action[] {
  if (!isGood(desired, observed)) {
    // Watches of a silent cluster heal by themselves. One that refuses us, or is another cluster, is left alone.
    if (observed.inventory === null || phase !== 'Error') return []
    return [{ do: 'stop-inventory', because: 'the cluster does not accept the hub’s credential, or is another one' }]
  }
  const summaryEvery = observed.summaryStale ? SUMMARY_WHEN_CHANGED_MS : SUMMARY_EVERY_MS
  const sumUp = justComplete(observed, last) || older(observed.readAt.summary, summaryEvery, now)
  const actions: (Action | false)[] = [
    observed.inventory === null && { do: 'start-inventory' },
    older(observed.readAt.server, SERVER_FACTS_EVERY_MS, now) && { do: 'read-server' },
    sumUp && { do: 'summarise' },
    older(observed.readAt.rights, RIGHTS_EVERY_MS, now) && { do: 'review-rights' },
  ]
  return actions.filter(action => action !== false)
}

function nextAfter(desired: Desired, observed: Observed, strikes: number): number {
  if (isGood(desired, observed)) return observed.inventory?.complete ? PROBE_EVERY_MS : WHILE_READING_MS
  if (strikes < STRIKES) return SECOND_TRY_MS
  return observed.probe.kind === 'silent' && observed.probe.reason === 'timeout' ? RETRY_AFTER_TIMEOUT_MS : RETRY_MS
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
  const nextInMs = nextAfter(desired, observed, strikes)
  const silentFor = last.lastSeen === null ? 0 : now.getTime() - last.lastSeen.getTime()
  if (!good && strikes < STRIKES && silentFor < SILENCE_MS) {
    return { phase: last.phase, conditions: last.conditions, lastSeen, strikes, actions: [], nextInMs }
  }
  const findings = findingsOf(desired, observed, last, now)
  const phase = phaseOf(desired, observed, findings)
  return {
    phase,
    conditions: conditionsOf(findings, last, now),
    lastSeen,
    strikes,
    actions: actionsOf(desired, observed, last, phase, now),
    nextInMs,
  }
}
