import type { Phase } from '@moorage/contract/cluster.ts'
import { describe, expect, test } from 'vitest'
import { allRights, answered, facts, fresh, later, observed, T0, timeout } from './fixtures/seen.ts'
import { stepsSeen } from './import-progress.ts'
import type { AgentSaid, Desired, Observed, Plan, Probe } from './observed.ts'
import { plan, probeDeadline } from './plan.ts'

const said: AgentSaid = {
  ...{ version: '0.4.1', mode: 'read-only', hubVersion: '0.4.1' },
  ...{ listenedSince: later(-3_600_000), askedSince: later(-3_600_000) },
}
const desired: Desired = { uid: 'uid-1', mode: 'read-only', credential: null, agent: said, leaving: false }
const away: Probe = { kind: 'away', message: 'The agent of the cluster is not connected.' }
const running = plan(desired, observed(answered), fresh, T0)
const condition = (of: Pick<Plan, 'conditions'>, type: string) => of.conditions.find(one => one.type === type)

test('a cluster whose agent answers is Running, by its tunnel', () => {
  expect(running.phase).toBe('Running')
  expect(running.conditions.map(({ type, status }) => [type, status])).toEqual([
    ['Connected', 'True'],
    ['APIServerReachable', 'True'],
    ['CredentialValid', 'True'],
    ['ModeVerified', 'True'],
    ['NodesReady', 'True'],
    ['InventorySynced', 'True'],
    ['MetricsAvailable', 'True'],
    ['AgentCurrent', 'True'],
  ])
  expect(condition(running, 'Connected')?.reason).toBe('Tunnel')
})

test('an imported cluster is Pending until its agent has joined, and says what is waited for', () => {
  const notJoined: Desired = { ...desired, uid: null, agent: { ...said, version: null, mode: null } }
  const first = plan(notJoined, observed(away), fresh, T0)
  expect(first.phase).toBe('Pending')
  expect(condition(first, 'Connected')).toMatchObject({ status: 'False', severity: 'info', reason: 'NotJoined' })
  const hours = plan(notJoined, observed(away), first, later(7_200_000))
  expect(hours.phase).toBe('Pending')
  // It has registered, and its tunnel is not up yet.
  expect(plan(desired, observed(away), hours, later(7_200_001)).phase).toBe('Pending')
  expect(plan(desired, observed(answered), hours, later(7_200_002)).phase).toBe('Running')
})

/** Lives through passes as the reconciler does. A probe of a tunnel that is away fails at once; one that is stuck waits for its deadline. */
function live(at: (ms: number) => Probe, until: number, from: Plan = running) {
  const phases: { at: number; phase: Phase }[] = []
  let last = from
  let ms = from.nextInMs
  while (ms < until) {
    const probe = at(ms)
    ms += probe.kind === 'silent' ? probeDeadline(desired, last, later(ms)) : 10
    last = plan(desired, observed(probe), last, later(ms))
    phases.push({ at: ms, phase: last.phase })
    ms += last.nextInMs
  }
  return phases
}
const when = (phases: ReturnType<typeof live>, phase: Phase) => phases.find(one => one.phase === phase)?.at ?? Infinity

describe('a tunnel that is lost', () => {
  // A probe that is stuck in a frozen tunnel knows nothing of the new one, until its deadline.
  const breaks: [string, number, (since: number) => Probe][] = [
    ['cut', 9_900, () => away],
    ['frozen', 8_900, () => timeout],
    ['frozen, then given up', 9_900, since => (since < 9_000 ? timeout : away)],
    ['broken off within an answer', 9_900, since => (since < 200 ? { ...timeout, reason: 'reset' } : away)],
  ]
  test.each(breaks)('%s: Unreachable within 15 s, and not for a redial of %i ms', (_how, redial, probe) => {
    for (let lost = 4_000; lost < 8_000; lost += 25) {
      const dead = live(ms => (ms < lost ? answered : probe(ms - lost)), 60_000)
      expect(when(dead, 'Unreachable') - lost).toBeLessThan(14_500)
      const redialled = live(ms => (ms < lost || ms > lost + redial ? answered : probe(ms - lost)), 60_000)
      expect(when(redialled, 'Unreachable')).toBe(Infinity)
    }
  })

  test('is no news from before the hub was started, or stood still', () => {
    const listened = (since: number): Desired => ({ ...desired, agent: { ...said, listenedSince: later(since) } })
    for (const probe of [away, timeout]) {
      expect(plan(listened(60_000), observed(probe), running, later(61_000)).phase).toBe('Running')
      expect(plan(listened(60_000), observed(probe), { ...running, strikes: 1 }, later(73_900)).phase).toBe('Running')
      expect(plan(listened(60_000), observed(probe), { ...running, strikes: 1 }, later(74_000)).phase).toBe(
        'Unreachable',
      )
    }
    expect(probeDeadline(listened(60_000), running, later(61_000))).toBe(4_000)
  })

  test('is not believed of one that is there until it was asked for as long', () => {
    const asked = (since: number): Desired => ({ ...desired, agent: { ...said, askedSince: later(since) } })
    const twice = { ...running, strikes: 1 }
    expect(plan(asked(60_000), observed(timeout), twice, later(61_000)).phase).toBe('Running')
    expect(plan(asked(60_000), observed(timeout), twice, later(73_900)).phase).toBe('Running')
    expect(plan(asked(60_000), observed(timeout), twice, later(74_000)).phase).toBe('Unreachable')
    // That it is not there was heard before this cluster was asked.
    expect(plan(asked(60_000), observed(away), twice, later(61_000)).phase).toBe('Unreachable')
    expect(probeDeadline(asked(60_000), running, later(61_000))).toBe(4_000)
  })

  test('says so in its conditions', () => {
    const gone = plan(desired, observed(away), { ...running, strikes: 1 }, later(15_000))
    expect(gone.phase).toBe('Unreachable')
    expect(condition(gone, 'Connected')).toMatchObject({ status: 'False', reason: 'AgentDisconnected' })
    expect(condition(gone, 'AgentCurrent')).toMatchObject({ status: 'Unknown', reason: 'Stale' })
    expect(gone.actions).toEqual([])
    // Its hello is what wakes the reconciler; without it, it looks again soon enough.
    expect(gone.nextInMs).toBeLessThanOrEqual(4_000)
  })
})

test('an API server that fails behind a good tunnel counts as it does for any cluster', () => {
  const failing: Probe = { kind: 'failing', message: 'The API server answers 502.' }
  const once = plan(desired, observed(failing), running, later(4_000))
  expect(once.phase).toBe('Running')
  const twice = plan(desired, observed(failing), once, later(4_500))
  expect(twice.phase).toBe('Unreachable')
  expect(condition(twice, 'Connected')).toMatchObject({ status: 'True', reason: 'Tunnel' })
  expect(condition(twice, 'APIServerReachable')?.reason).toBe('NotServing')
})

test('an API server that says nothing behind an agent that is heard is what is wrong, not the tunnel', () => {
  const silent = plan(desired, observed(timeout), { ...running, strikes: 1 }, later(15_000))
  expect(silent.phase).toBe('Unreachable')
  expect(condition(silent, 'Connected')).toMatchObject({ status: 'True', reason: 'Tunnel' })
  expect(condition(silent, 'APIServerReachable')).toMatchObject({ status: 'False', reason: 'Timeout' })
})

test('another cluster behind the agent is an error', () => {
  const other: Probe = { kind: 'answered', uid: 'uid-2' }
  const twice = plan(desired, observed(other), plan(desired, observed(other), running, later(4_000)), later(4_500))
  expect(twice.phase).toBe('Error')
  expect(condition(twice, 'Connected')?.message).toContain('through this agent')
})

describe('the mode', () => {
  const full: AgentSaid = { ...said, mode: 'full' }
  const modes = (result: Plan) => result.actions.filter(action => action.do === 'set-mode')
  const seen = (more: Partial<Observed> = {}) => observed(answered, more)
  test('is lowered as soon as the agent says so, even when nothing answers', () => {
    const lower: Desired = { ...desired, mode: 'full' }
    expect(modes(plan(lower, seen(), running, later(4_000)))).toMatchObject([{ mode: 'read-only' }])
    expect(modes(plan(lower, observed(timeout), running, later(4_000)))).toMatchObject([{ mode: 'read-only' }])
  })
  test('is raised when the agent says so and its rights were seen, and never before', () => {
    const raise: Desired = { ...desired, agent: full }
    expect(modes(plan(raise, seen(), running, later(4_000)))).toMatchObject([{ mode: 'full' }])
    const wanting = { ...facts, rights: { ...allRights, missingForFull: ['change nodes'] } }
    const refused = plan(raise, seen({ facts: wanting }), running, later(4_000))
    expect(modes(refused)).toEqual([])
    expect(condition(refused, 'ModeVerified')).toMatchObject({ status: 'False', reason: 'FullNotGranted' })
    // Rights that were read before the agent said so are not those of its new manifest.
    const readAt = { ...seen().readAt, rights: { got: null, tried: null } }
    const unread = plan(raise, seen({ readAt }), running, later(4_000))
    expect(modes(unread)).toEqual([])
    expect(unread.actions).toContainEqual({ do: 'review-rights' })
    expect(modes(plan(raise, observed(away), running, later(20_000)))).toEqual([])
    expect(modes(plan(raise, observed({ kind: 'answered', uid: 'uid-2' }), running, later(20_000)))).toEqual([])
  })
  test('stays where agent and cluster agree', () => {
    expect(modes(plan(desired, seen(), running, later(4_000)))).toEqual([])
    expect(modes(plan({ ...desired, mode: 'full', agent: full }, seen(), running, later(4_000)))).toEqual([])
    expect(modes(plan({ ...desired, agent: { ...said, mode: null } }, seen(), running, later(4_000)))).toEqual([])
  })
})

test.each([
  ['0.4.1', 'True', 'Current', 'Running', /version of the hub/],
  ['0.4.0', 'False', 'OtherPatch', 'Running', /work together/],
  ['0.4.2', 'False', 'OtherPatch', 'Running', /work together/],
  ['0.3.9', 'False', 'Older', 'Running', /work together.*moorage agent upgrade/],
  ['0.2.9', 'False', 'Older', 'Running', /work together.*moorage agent upgrade/],
  ['0.1.0', 'False', 'TooOld', 'Warning', /2 minor versions.*moorage agent upgrade.*its owner applies/],
  ['0.5.0', 'False', 'Newer', 'Warning', /the hub 0\.4\.1, which is older.*Upgrade the hub.*moorage agent upgrade/],
  ['1.0.0-rc.1', 'False', 'Newer', 'Warning', /Upgrade the hub/],
  ['dev', 'False', 'Differs', 'Running', /not known.*moorage agent upgrade/],
] as const)('an agent of version %s beside a hub of 0.4.1 is %s: %s', (version, status, reason, phase, words) => {
  const result = plan({ ...desired, agent: { ...said, version } }, observed(answered), running, later(4_000))
  expect(condition(result, 'AgentCurrent')).toMatchObject({ status, reason })
  expect(condition(result, 'AgentCurrent')?.message).toMatch(words)
  expect(result.phase).toBe(phase)
})

describe('the steps of an import', () => {
  const names = (more: Partial<Observed>, probe: Probe = answered, want = desired) =>
    stepsSeen(want, observed(probe, more)).map(({ name, status }) => `${name} ${status}`)
  test('are reached one after the other', () => {
    const reading = { complete: false, kinds: [] }
    const readAt = { ...observed(answered).readAt, rights: { got: null, tried: null } }
    expect(names({}, away)).toEqual([])
    expect(names({}, timeout)).toEqual(['api-server failed'])
    expect(names({}, { kind: 'answered', uid: 'uid-2' })).toEqual(['api-server failed'])
    expect(names({ inventory: null, readAt })).toEqual(['api-server ok'])
    expect(names({ inventory: reading })).toEqual(['api-server ok', 'rights ok'])
    expect(names({})).toEqual(['api-server ok', 'rights ok', 'inventory ok'])
  })
  test('say what rights are missing, and wait for a mode that is being raised', () => {
    const unreadable = { ...facts, rights: { ...allRights, unreadable: ['Pod'] } }
    expect(names({ facts: unreadable, inventory: null })).toEqual(['api-server ok', 'rights failed'])
    const raising: Desired = { ...desired, agent: { ...said, mode: 'full' } }
    expect(names({ inventory: null }, answered, raising)).toEqual(['api-server ok'])
  })
})

test('a disconnect that waits for the agent is Disconnecting, whatever is seen meanwhile', () => {
  const leaving: Desired = { ...desired, leaving: true }
  for (const probe of [answered, away, timeout]) {
    expect(plan(leaving, observed(probe), running, later(60_000)).phase).toBe('Disconnecting')
    expect(plan(leaving, observed(probe), running, later(1_000)).phase).toBe('Disconnecting')
  }
})
