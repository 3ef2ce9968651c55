import type { AccessRequest, ClusterFacts, HubRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import { Limits } from '@moorage/contract/limits.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Arrival, Asker } from './arrival.ts'
import { decide, whyShutOut } from './decide.ts'
import * as any from './fixtures/arbitrary-access.ts'
import { NOON } from './fixtures/arbitrary-access.ts'
import { compilePolicy, type LimitsFacts } from './policy.ts'

const prod: ClusterFacts = { id: 'c1', name: 'prod', labels: {}, projects: ['default'], mode: 'full' }
const cli: Arrival = { way: 'cli', address: '::ffff:10.0.0.9' }
const ada: Asker = { kind: 'user', id: '1', name: 'ada', groups: ['ops'], arrival: cli }
const inside: NonResourceRequest = { kind: 'non-resource', cluster: prod, verb: 'get', path: '/metrics' }
const outside: HubRequest = { kind: 'hub', verb: 'list', resource: 'clusters' }
const SATURDAY = new Date('2026-07-04T08:12:00Z')

const everything = {
  name: 'b',
  role: 'super-admin',
  subjects: [{ kind: 'user' as const, name: 'ada' }],
  scope: { kind: 'organisation' as const },
  expiresAt: null,
}
const of = (kind: LimitsFacts['kind'], name: string, limits: Partial<Limits>): LimitsFacts => ({
  ...{ kind, name, cluster_id: kind === 'cluster' ? 'c1' : null },
  limits: Limits.parse(limits),
})
const asked = (limits: LimitsFacts[], request: AccessRequest = inside, who: Asker = ada) =>
  decide(who, request, compilePolicy([everything], [], { limits }), SATURDAY)

describe('a limit', () => {
  test('of a cluster holds for what reaches it, and says what it is', () => {
    const limits = [of('cluster', 'prod', { hours: ['Mon-Fri 08:00-18:00 Europe/Berlin'] })]
    expect(asked(limits)).toEqual({
      allowed: false,
      rule: 'limits.cluster.hours',
      because: 'Cluster prod may be used only Mon-Fri 08:00-18:00 Europe/Berlin; it is Sat 10:12 in Europe/Berlin.',
    })
    expect(asked(limits, outside).allowed).toBe(true)
    const seen: HubRequest = { ...outside, verb: 'get', cluster: prod }
    expect(asked(limits, seen).allowed).toBe(true)
    const terminal = { ...ada, arrival: { ...cli, way: 'web-terminal' as const } }
    expect(asked(limits, seen, terminal)).toMatchObject({ allowed: false, rule: 'limits.cluster.hours' })
    expect(asked(limits, { ...inside, cluster: { ...prod, id: 'c2' } }).allowed).toBe(true)
  })

  test.each<[LimitsFacts['kind'], string, Partial<Limits>, string]>([
    ['user', 'ada', { hours: ['Mon 08:00-09:00 UTC'] }, 'limits.user.hours'],
    ['group', 'ops', { from: ['192.0.2.0/24'] }, 'limits.group.from'],
  ])('of a %s holds for all that they do', (kind, name, limits, rule) => {
    for (const request of [inside, outside]) expect(asked([of(kind, name, limits)], request).rule).toBe(rule)
    const policy = compilePolicy([everything], [], { limits: [of(kind, name, limits)] })
    expect(whyShutOut(ada, policy, SATURDAY)).toMatch(/may use Moorage only/)
    expect(whyShutOut({ ...ada, name: 'bob', groups: [] }, policy, SATURDAY)).toBeNull()
    expect(whyShutOut({ ...ada, kind: 'token' }, policy, SATURDAY)).toBeNull()
  })

  test.each([
    [{ noCli: true }, 'cli', 'no-cli'],
    [{ noCli: true }, 'console', undefined],
    [{ noCli: true }, 'web-terminal', undefined],
    [{ noWebTerminal: true }, 'web-terminal', 'no-web-terminal'],
    [{ noWebTerminal: true }, 'cli', undefined],
    [{ from: ['10.0.0.0/8'] }, 'cli', undefined],
    [{ from: ['10.0.0.0/24', '::/0'] }, 'console', undefined],
    [{ from: ['192.0.2.1', '::/0'] }, 'console', 'from'],
  ] as const)('%j and the way %s: %s', (limits, way, what) => {
    for (const [kind, name] of [
      ['cluster', 'prod'],
      ['user', 'ada'],
    ] as const) {
      const { rule, allowed } = asked([of(kind, name, limits as Partial<Limits>)], inside, {
        ...ada,
        arrival: { ...cli, way },
      })
      expect([allowed, rule?.replace(`limits.${kind}.`, '')]).toEqual(
        what === undefined ? [true, 'nonResource[0]'] : [false, what],
      )
    }
  })

  test('without the command line leaves the hub’s own API to programs', () => {
    expect(asked([of('user', 'ada', { noCli: true })], outside).allowed).toBe(true)
  })

  test('of addresses lets nobody through whose address is not known, unless they only ask what would be', () => {
    const limits = [of('cluster', 'prod', { from: ['0.0.0.0/0', '::/0'] })]
    const from = (address: string | null) => asked(limits, inside, { ...ada, arrival: { way: 'cli', address } })
    expect(from('')).toMatchObject({ rule: 'limits.cluster.from', because: expect.stringContaining('unknown') })
    expect(from(null).allowed).toBe(true)
  })

  test('that can not be read any more lets nobody through', () => {
    const gone = {
      hours: ['Mon-Sun 00:00-24:00 Europe/Atlantis'] as string[],
      from: [],
      noCli: false,
      noWebTerminal: false,
    }
    expect(asked([{ kind: 'cluster', name: 'prod', cluster_id: 'c1', limits: gone }]).rule).toBe('limits.cluster.hours')
  })

  test('does not stop admin tokens, whose line says so', () => {
    const token: Asker = { kind: 'token', id: 't', name: 'first', groups: [], arrival: cli }
    const { allowed, because } = asked([of('cluster', 'prod', { noCli: true })], inside, token)
    expect(allowed).toBe(true)
    expect(because).toMatch(/admin token\. It stands above this limit: Cluster prod may not be reached by kubectl/)
  })

  test('holds for machines as for people', () => {
    const ci: Asker = { ...ada, kind: 'service-account', name: 'ci', groups: [] }
    const theirs = { ...everything, subjects: [{ kind: 'service-account' as const, name: 'ci' }] }
    const rule = (kind: LimitsFacts['kind']) =>
      decide(ci, inside, compilePolicy([theirs], [], { limits: [of(kind, 'ci', { noCli: true })] }), SATURDAY).rule
    expect(rule('service-account')).toBe('limits.service-account.no-cli')
    expect(rule('cluster')).toBe('limits.cluster.no-cli')
    expect(rule('user')).toBe('nonResource[0]')
  })

  test('is not told to who has no rights there', () => {
    const { rule, because } = asked([of('cluster', 'prod', { noCli: true })], inside, { ...ada, name: 'bob' })
    expect(rule).toBeUndefined()
    expect(because).toBe('No binding lets bob get /metrics in cluster prod.')
  })
})

describe('limits, whatever they are', () => {
  const limits = fc.record({
    noCli: fc.boolean(),
    noWebTerminal: fc.boolean(),
    hours: fc.subarray(['Mon-Fri 08:00-18:00 Europe/Berlin', 'daily 11:00-13:00 UTC', 'Sat 22:00-04:00 Asia/Tokyo']),
    from: fc.subarray(['10.0.0.0/8', 'fd00::/8', '192.0.2.7']),
  })
  const facts = fc.record({
    kind: fc.constantFrom('cluster' as const, 'user' as const, 'group' as const, 'service-account' as const),
    name: fc.constantFrom('ada', 'bob', 'ops'),
    cluster_id: fc.constantFrom('c1', 'c2'),
    limits,
  })
  const arrival = fc.record({
    way: fc.constantFrom('cli' as const, 'console' as const, 'web-terminal' as const),
    address: fc.constantFrom('10.1.1.1', '::ffff:192.0.2.7', 'fd00::2', '203.0.113.4', ''),
  })
  const now = fc.integer({ min: 0, max: 14 * 1440 }).map(minutes => new Date(NOON.getTime() + minutes * 60_000))

  test('only ever take away, and more of them take away more', () => {
    fc.assert(
      fc.property(
        fc.record({ who: any.identity, arrival, request: any.request, now }),
        any.bindings,
        any.roles(true),
        fc.array(facts, { maxLength: 4 }),
        facts,
        ({ who, arrival, request, now }, bindings, roles, some, another) => {
          const asker = { ...who, arrival }
          const given = (limits: LimitsFacts[]) =>
            decide(asker, request, compilePolicy(bindings, roles, { limits }), now)
          const free = decide(who, request, compilePolicy(bindings, roles), now)
          const limited = given(some)
          expect(!limited.allowed || free.allowed).toBe(true)
          expect(limited.rule?.startsWith('limits.') === true && !free.allowed && free.rule !== 'mode').toBe(false)
          if (
            some.some(
              ({ kind, name, cluster_id }) =>
                kind === another.kind &&
                (kind === 'cluster' ? cluster_id === another.cluster_id : name === another.name),
            )
          )
            return
          expect(!given([...some, another]).allowed || limited.allowed).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
