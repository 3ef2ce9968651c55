import type { Phase } from '@moorage/contract/cluster.ts'
import { describe, expect, test } from 'vitest'
import {
  allRights,
  answered,
  credential,
  DAY,
  desired,
  facts,
  fresh,
  just,
  later,
  observed,
  T0,
  timeout,
} from './fixtures/seen.ts'
import { PROBE_DEADLINE_MS, REFUSED_MS, SILENT_PROBE_DEADLINE_MS } from './limits.ts'
import type { Desired, Last, Observed, Plan, Probe } from './observed.ts'
import { plan } from './plan.ts'

const running = plan(desired, observed(answered), fresh, T0)
/** The plan once a failure was seen as often as it takes. */
const settled = (probe: Probe, want = desired, more: Partial<Observed> = {}) => {
  const first = plan(want, observed(probe, more), running, later(4000))
  return plan(want, observed(probe, more), first, later(4000 + REFUSED_MS))
}
const condition = (of: Pick<Plan, 'conditions'>, type: string) => of.conditions.find(one => one.type === type)

describe('the phase', () => {
  const withExpiry = (ms: number): Desired => ({
    ...desired,
    credential: { ...credential, expiresAt: later(ms).toISOString() },
  })
  const cases: [string, Plan, Phase, string, string][] = [
    ['an answer', running, 'Running', 'APIServerReachable', 'Answers'],
    ['a timeout', settled(timeout), 'Unreachable', 'Connected', 'Timeout'],
    [
      'a refused connection',
      settled({ ...timeout, reason: 'refused' }),
      'Unreachable',
      'Connected',
      'ConnectionRefused',
    ],
    ['a name unknown', settled({ ...timeout, reason: 'dns' }), 'Unreachable', 'Connected', 'NameLookupFailed'],
    ['a certificate of others', settled({ ...timeout, reason: 'tls' }), 'Error', 'TLSVerified', 'NotVerified'],
    ['an address now denied', settled({ ...timeout, reason: 'address' }), 'Error', 'Connected', 'AddressNotAllowed'],
    ['a 401', settled({ kind: 'rejected', message: 'x' }), 'Error', 'CredentialValid', 'Rejected'],
    ['a 403', settled({ kind: 'forbidden', message: 'x' }), 'Error', 'CredentialValid', 'Forbidden'],
    ['a 500', settled({ kind: 'failing', message: 'x' }), 'Unreachable', 'APIServerReachable', 'NotServing'],
    ['another cluster', settled({ kind: 'answered', uid: 'uid-2' }), 'Error', 'Connected', 'OtherCluster'],
    ['a lost sealing key', settled({ kind: 'unopened', message: 'x' }), 'Error', 'CredentialValid', 'NotOpened'],
    ['40 days left', settled(answered, withExpiry(40 * DAY)), 'Running', 'CredentialExpiry', 'FarAhead'],
    ['20 days left', settled(answered, withExpiry(20 * DAY)), 'Running', 'CredentialExpiry', 'ExpiresSoon'],
    ['5 days left', settled(answered, withExpiry(5 * DAY)), 'Warning', 'CredentialExpiry', 'ExpiresWithinDays'],
    ['an expired credential', settled(answered, withExpiry(-1000)), 'Error', 'CredentialExpiry', 'Expired'],
    ['expired and silent', settled(timeout, withExpiry(-1000)), 'Error', 'CredentialExpiry', 'Expired'],
    [
      'TLS not verified',
      settled(answered, { ...desired, credential: { ...credential, insecureSkipTlsVerify: true } }),
      'Running',
      'TLSVerified',
      'VerificationOff',
    ],
    [
      'a node not ready',
      settled(answered, desired, { facts: { ...facts, readyNodeCount: 2 } }),
      'Warning',
      'NodesReady',
      'NotReady',
    ],
    [
      'rights missing for full mode',
      settled(
        answered,
        { ...desired, mode: 'full' },
        {
          facts: { ...facts, rights: { ...allRights, missingForFull: ['change nodes'] } },
        },
      ),
      'Warning',
      'ModeVerified',
      'RightsMissing',
    ],
    [
      'an inventory being read',
      settled(answered, desired, { inventory: { complete: false, kinds: [] } }),
      'Running',
      'InventorySynced',
      'Reading',
    ],
    [
      'no metrics-server',
      settled(answered, desired, { facts: { ...facts, metrics: false } }),
      'Running',
      'MetricsAvailable',
      'NoMetricsServer',
    ],
  ]
  test.each(cases)('after %s', (_what, result, phase, type, reason) => {
    expect(result.phase).toBe(phase)
    expect(condition(result, type)?.reason).toBe(reason)
  })
})

describe('one failed probe', () => {
  test('changes nothing but brings the next one near', () => {
    const once = plan(desired, observed(timeout), running, later(4000))
    expect(once).toMatchObject({ phase: 'Running', conditions: running.conditions, actions: [] })
    expect(once.nextInMs).toBeLessThan(1000)
  })

  test('is enough when the cluster has not been seen for long', () => {
    const restarted: Last = { ...running, strikes: 0 }
    expect(plan(desired, observed(timeout), restarted, later(60_000)).phase).toBe('Unreachable')
  })

  test('leaves a cluster that was never seen Pending', () => {
    expect(plan(desired, observed(timeout), fresh, T0).phase).toBe('Pending')
  })
})

test('an API server that has just begun may refuse everybody for a moment: that is no error until it goes on', () => {
  const refused: Probe = { kind: 'forbidden', message: 'x' }
  for (const before of [running, settled({ ...timeout, reason: 'refused' })]) {
    const at = (ms: number, last: Plan, probe: Probe = refused) =>
      plan(desired, observed(probe), last, later(9_000 + ms))
    const soon = at(REFUSED_MS - 1, at(500, at(0, { ...before, lastSeen: later(8_000) })))
    expect(soon).toMatchObject({ phase: before.phase, conditions: before.conditions, actions: [] })
    expect(at(REFUSED_MS, soon).phase).toBe('Error')
    expect(at(REFUSED_MS, soon, answered).phase).toBe('Running')
    // Another failure in between, and it begins anew.
    const anew = at(REFUSED_MS + 500, at(REFUSED_MS, soon, { ...timeout, reason: 'refused' }))
    expect(anew.phase).toBe('Unreachable')
  }
})

/** Lives through passes as the reconciler does: a probe takes its time, then the plan says when the next begins. */
function live(at: (ms: number) => { probe: Probe; takes: number }, from: Plan, until: number) {
  const phases: { at: number; phase: Phase }[] = []
  let last: Plan = from
  let ms = from.nextInMs
  while (ms < until) {
    const { probe, takes } = at(ms)
    ms += takes
    last = plan(desired, observed(probe), last, later(ms))
    phases.push({ at: ms, phase: last.phase })
    ms += last.nextInMs
  }
  return phases
}

test('silence is Unreachable within 15 s of the last answer, and back within 5 s of answering', () => {
  for (let answersAt = 20_000; answersAt < 26_000; answersAt += 50) {
    let strikes = 0
    const phases = live(
      ms => {
        // What is sent before it answers is lost, and waits for its deadline.
        if (ms >= answersAt) return { probe: answered, takes: 20 }
        return { probe: timeout, takes: strikes++ < 2 ? PROBE_DEADLINE_MS : SILENT_PROBE_DEADLINE_MS }
      },
      running,
      60_000,
    )
    expect(phases.find(({ phase }) => phase === 'Unreachable')?.at).toBeLessThan(15_000)
    const back = phases.find(({ at, phase }) => at > answersAt && phase === 'Running')
    expect(back && back.at - answersAt).toBeLessThan(5000)
  }
})

test('one lost probe in ten is no alarm', () => {
  let count = 0
  const phases = live(
    () => (++count % 10 === 0 ? { probe: timeout, takes: PROBE_DEADLINE_MS } : { probe: answered, takes: 10 }),
    running,
    3_600_000,
  )
  expect(new Set(phases.map(({ phase }) => phase))).toEqual(new Set(['Running']))
})

describe('what can not be looked at now', () => {
  const silent = settled(timeout)
  test('says that it is stale, since when, and what it was', () => {
    expect(condition(silent, 'NodesReady')).toMatchObject({ status: 'Unknown', reason: 'Stale' })
    expect(condition(silent, 'NodesReady')?.message).toContain(T0.toISOString())
    expect(condition(silent, 'NodesReady')?.message).toContain('All nodes are ready: 3.')
  })
  test('says the same for as long as the silence lasts', () => {
    const hours = plan(desired, observed(timeout), silent, later(7_200_000))
    expect(hours.conditions.map(({ message }) => message)).toEqual(silent.conditions.map(({ message }) => message))
    expect(condition(hours, 'Connected')?.lastTransition).toBe(condition(silent, 'Connected')?.lastTransition)
  })
})

describe('actions', () => {
  const never = { got: null, tried: null }
  test('a first answer starts the inventory and reads what is not known', () => {
    const first = plan(
      desired,
      observed(answered, { inventory: null, readAt: { server: never, summary: never, rights: never } }),
      fresh,
      T0,
    )
    expect(first.actions.map(action => action.do)).toEqual([
      'start-inventory',
      'read-server',
      'summarise',
      'review-rights',
    ])
  })
  test('a reading that failed is tried again, but not at once', () => {
    const tried = { got: null, tried: T0 }
    const at = (ms: number) =>
      plan(desired, observed(answered, { readAt: { server: tried, summary: just, rights: just } }), running, later(ms))
    expect(at(4000).actions).toEqual([])
    expect(at(16_000).actions).toEqual([{ do: 'read-server' }])
  })
  test('a clock that was set back does not put readings off until it has caught up', () => {
    const back = later(-DAY)
    const { actions } = plan(desired, observed(answered), { ...running, lastSeen: T0 }, back)
    expect(actions.map(action => action.do)).toEqual(['read-server', 'summarise', 'review-rights'])
  })

  test('an inventory that was just completed is summed up at once', () => {
    const reading = plan(desired, observed(answered, { inventory: { complete: false, kinds: [] } }), running, T0)
    expect(plan(desired, observed(answered), reading, later(1000)).actions).toEqual([{ do: 'summarise' }])
  })
  test('a cluster that refuses the credential is no longer watched; one that is silent is', () => {
    expect(settled({ kind: 'rejected', message: 'x' }).actions).toMatchObject([{ do: 'stop-inventory' }])
    expect(settled({ kind: 'answered', uid: 'uid-2' }).actions).toMatchObject([{ do: 'stop-inventory' }])
    expect(settled(timeout).actions).toEqual([])
  })
})
