import { Readable } from 'node:stream'
import type { AgentOutcome, RollOutStep } from '@moorage/contract/roll-out.ts'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { describe, expect, test } from 'vitest'
import type { Members } from '../clusters/deps.ts'
import { noMembers } from '../clusters/fixtures/no-members.ts'
import { codeOf } from '../clusters/fixtures/set-up.ts'
import { type JoinedAgent, listJoinedAgents, noteAgent } from '../store/agents.ts'
import { listConnectionEvents } from '../store/connection-events.ts'
import { outcomeOf } from './chosen.ts'
import type { AgentDeps } from './deps.ts'
import { toImport } from './fixtures/agent.ts'
import { importOne, join, withAgentStore } from './fixtures/set-up.ts'
import { agentManifest } from './manifest.ts'
import type { ManifestObject } from './manifest-object.ts'
import type { PolicyRule } from './mode-rules.ts'
import { manifestInput } from './offer.ts'
import { openOptions } from './options.ts'
import { rollOutSettings } from './roll-out.ts'
import { upgradeAgents } from './upgrade.ts'
import { inWaves, wavesOf } from './waves.ts'

const asked: object[] = []
/** Agents that answer a change of settings by the cluster's name. */
const answering = (names: Map<string, string>, away: string[] = []): Members => ({
  ...noMembers(),
  connected: id => !away.includes(names.get(id) ?? ''),
  control: id => ({
    remove: () => {
      throw new Error('not asked for')
    },
    prove: async () => ({ results: [] }),
    settings: async change => {
      asked.push(change)
      return names.get(id) === 'broken' ? { ok: false, why: 'The name can not be looked up.' } : { ok: true }
    },
  }),
})

describe.each(['pglite', 'postgres'] as const)('agents together on %s', engine => {
  const { db, begin } = withAgentStore(engine)
  const joined = async (stack: AsyncDisposableStack, names: string[], away: string[] = []) => {
    const ids = new Map<string, string>()
    const { deps } = await begin(stack, { members: answering(ids, away) })
    // An agent can only join while the import of its name was not refused for being connected.
    for (const name of names) {
      const { token, id } = await importOne(deps, {}, name)
      await join(deps, token, `uid-${name}`)
      ids.set(id, name)
    }
    return { deps, idOf: (name: string) => [...ids].find(([, one]) => one === name)?.[0] ?? '' }
  }
  const outcomes = ({ items }: { items: { cluster: string; outcome: string }[] }) =>
    Object.fromEntries(items.map(({ cluster, outcome }) => [cluster, outcome]))

  test('settings are asked of each, and one that can not go over keeps its own and says why', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps, idOf } = await joined(stack, ['a', 'broken', 'c'], ['c'])
    await importOne(deps, {}, 'never-joined')
    asked.length = 0
    const dry = await rollOutSettings(deps, { hubUrl: 'https://new.example.com', dryRun: true })
    expect([outcomes(dry), asked]).toEqual([{ a: 'planned', broken: 'planned', c: 'away' }, []])
    const done = await rollOutSettings(deps, { hubUrl: 'https://new.example.com', dryRun: false })
    expect(outcomes(done)).toEqual({ a: 'done', broken: 'refused', c: 'away' })
    expect(done.complete).toBe(false)
    expect(asked).toEqual([{ hubUrl: 'https://new.example.com' }, { hubUrl: 'https://new.example.com' }])
    const [event] = await listConnectionEvents(db(), idOf('broken'), 1)
    expect(event).toMatchObject({ type: 'settings', reason: 'SettingsRefused' })
  })

  test('a change that an agent can not take is asked of nobody behind it', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps } = await joined(stack, ['a', 'b', 'broken', 'c', 'd'], ['a'])
    asked.length = 0
    const { items } = await rollOutSettings(deps, { hubUrl: 'https://new.example.com', dryRun: false })
    expect(outcomes({ items })).toEqual({
      a: 'away',
      b: 'done',
      broken: 'refused',
      c: 'not-begun',
      d: 'not-begun',
    })
    expect(asked).toHaveLength(2)
    expect(items[3]?.message).toContain('broken before it failed')
  })

  test('settings that say nothing, or a CA that is none, are refused before anybody is asked', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps } = await joined(stack, ['a'])
    expect(await codeOf(rollOutSettings(deps, { dryRun: false }))).toBe('bad_request')
    expect(await codeOf(rollOutSettings(deps, { ca: 'nonsense', dryRun: false }))).toBe('bad_request')
  })

  test('a cluster that has no agent to be asked is told apart from one that is not there', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps } = await joined(stack, ['a'])
    await importOne(deps, {}, 'waits')
    asked.length = 0
    const of = (...clusters: string[]) =>
      rollOutSettings(deps, { hubUrl: 'https://x.example', clusters: ['a', ...clusters], dryRun: false })
    await expect(of('nowhere', 'waits')).rejects.toThrow('There is no cluster nowhere. And 1 more')
    await expect(of('waits')).rejects.toThrow('The agent of waits has not joined yet.')
    await db().updateTable('clusters').set({ connection: 'direct' }).where('name', '=', 'waits').execute()
    await expect(upgradeAgents(deps, { clusters: ['waits'], waitSeconds: 1, dryRun: false })).rejects.toThrow(
      'waits has no agent.',
    )
    expect(asked).toEqual([])
  })

  test('an upgrade leaves what is current, gives read-only owners the manifest, and pauses at the first failure', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps, idOf } = await joined(stack, ['a', 'b', 'c', 'd'])
    const old: AgentDeps = { ...deps, face: { ...deps.face, version: '0.2.0', agentImage: 'moorage/agent:0.2.0' } }
    await noteAgent(db(), idOf('a'), { version: '0.2.0', mode: 'read-only', proxied: false })
    const readOnly = await upgradeAgents(old, { waitSeconds: 1, dryRun: false })
    expect(outcomes(readOnly)).toEqual({ a: 'nothing-to-do', b: 'by-hand', c: 'by-hand', d: 'by-hand' })
    expect(readOnly.items[1]?.manifest).toContain('moorage/agent:0.2.0')
    expect(readOnly.complete).toBe(true)
    // In full mode the hub changes the Deployment itself; here nobody answers, so the first wave fails.
    await db().updateTable('clusters').set({ mode: 'full' }).execute()
    await noteAgent(db(), idOf('a'), { version: '0.1.0', mode: 'full', proxied: false })
    const full = await upgradeAgents(old, { waitSeconds: 1, dryRun: false })
    expect(outcomes(full)).toEqual({ a: 'refused', b: 'not-begun', c: 'not-begun', d: 'not-begun' })
    expect(full.complete).toBe(false)
  })

  /** A member whose agent comes back with the image that is put into its Deployment. */
  const member = (objects: ManifestObject[], back: () => Promise<unknown>) => {
    const rules = Object.fromEntries(
      objects.flatMap(({ kind, rules }) => (rules ? [[kind, rules as PolicyRule[]]] : [])),
    )
    const seen: string[] = []
    const answer = async ({ method, path, body }: KubeRequest) => {
      const kind = path.includes('/clusterroles/') ? 'ClusterRole' : path.includes('/roles/') ? 'Role' : 'Deployment'
      if (method === 'PATCH') {
        seen.push(kind)
        if (kind === 'Deployment') await back()
        else rules[kind] = JSON.parse(String(body)).rules
      }
      const spec = { template: { spec: { containers: [{ name: 'agent', image: 'moorage/agent:0.1.0' }] } } }
      return { metadata: { labels: objects[0]?.metadata.labels }, rules: rules[kind], spec }
    }
    const transport: KubeTransport = {
      kind: 'agent',
      request: async request => ({
        status: 200,
        headers: {},
        body: Readable.from([Buffer.from(JSON.stringify(await answer(request)))]),
        trailers: () => ({}),
      }),
      upgrade: () => Promise.reject(new Error('not asked for')),
      [Symbol.asyncDispose]: async () => {},
    }
    return { transport, rules, seen }
  }
  /** One cluster in full mode, of the version before, whose roles are as `change` leaves them. */
  async function upgraded(change: (rules: Record<string, PolicyRule[]>) => void, dryRun = false) {
    await using stack = new AsyncDisposableStack()
    const { deps, idOf } = await joined(stack, ['a'])
    await db().updateTable('clusters').set({ mode: 'full' }).execute()
    const version = '0.2.0'
    const face = { ...deps.face, version, agentImage: 'moorage/agent:0.2.0' }
    const [agent] = await listJoinedAgents(db(), undefined)
    const options = openOptions(deps.sealer, idOf('a'), (agent as JoinedAgent).options)
    const input = manifestInput({ ...deps, face }, { mode: 'full', provider: 'generic', options }, null)
    const made = member(agentManifest(input), () =>
      noteAgent(db(), idOf('a'), { version, mode: 'full', proxied: false }),
    )
    const want = structuredClone(made.rules)
    change(made.rules)
    const connections = { ...deps.connections, transport: async () => made.transport } as AgentDeps['connections']
    const { items } = await upgradeAgents({ ...deps, face, connections }, { waitSeconds: 5, dryRun })
    return { ...made, want, item: items[0] as AgentOutcome }
  }

  test('rights that the new version does not need are taken once it is there', async () => {
    const { item, seen, rules, want } = await upgraded(held => {
      held.ClusterRole?.push({ apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: ['sign'] })
    })
    expect(item).toMatchObject({ outcome: 'done', wave: 1, message: expect.stringContaining('no longer needs') })
    expect(seen).toEqual(['Deployment', 'ClusterRole'])
    expect(rules).toEqual(want)
  })

  test('an agent that would need more than its owner gave it is left as it is, and its owner is asked', async () => {
    const { item, seen } = await upgraded(held => {
      held.ClusterRole = (held.ClusterRole ?? []).filter(({ verbs }) => !verbs.includes('escalate'))
    })
    expect(item).toMatchObject({
      outcome: 'by-hand',
      wave: null,
      manifest: expect.stringContaining('moorage/agent:0.2.0'),
    })
    expect(item.message).toContain(
      'needs rights that it has not been given: bind clusterroles.rbac.authorization.k8s.io',
    )
    expect(seen).toEqual([])
  })

  test('where the rules are the same they are not written', async () => {
    expect((await upgraded(() => {})).seen).toEqual(['Deployment'])
  })

  test('a dry run says which wave it would be in, and changes nothing', async () => {
    const { item, seen } = await upgraded(() => {}, true)
    expect(item).toMatchObject({ outcome: 'planned', wave: 1, message: expect.stringContaining('to 0.2.0') })
    expect(seen).toEqual([])
  })

  test('an image that its owner chose is not replaced', async () => {
    await using stack = new AsyncDisposableStack()
    const ids = new Map<string, string>()
    const { deps } = await begin(stack, { members: answering(ids) })
    const { token } = await importOne(deps, { agent: { ...toImport('x').agent, image: 'mirror.example/agent:1' } })
    await join(deps, token)
    await db().updateTable('clusters').set({ mode: 'full' }).execute()
    const newer = { ...deps, face: { ...deps.face, version: '0.2.0', agentImage: 'moorage/agent:0.2.0' } }
    expect((await upgradeAgents(newer, { waitSeconds: 1, dryRun: false })).items[0]).toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/its owner chose/),
    })
  })
})

test('who needs nothing is in no wave: the first one that is tried is tried alone', async () => {
  const agents = Array.from({ length: 30 }, (_, index) => ({ name: `c${index}` }) as JoinedAgent)
  const atOnce: number[] = []
  const told: RollOutStep[] = []
  let running = 0
  const work = async (agent: JoinedAgent) => {
    running += 1
    atOnce.push(running)
    await new Promise(setImmediate)
    running -= 1
    return outcomeOf(agent, 'done', '')
  }
  const spared = async (agent: JoinedAgent) => (Number(agent.name.slice(1)) < 9 ? outcomeOf(agent, 'away', '') : null)
  const items = await inWaves(agents, { spared, work, tell: step => told.push(step) })
  expect(items.map(({ cluster }) => cluster)).toEqual(agents.map(({ name }) => name))
  expect(items.filter(({ outcome }) => outcome === 'done')).toHaveLength(21)
  expect(items.map(({ wave }) => wave)).toEqual([...Array(9).fill(null), 1, 2, 2, 2, ...Array(17).fill(3)])
  // Who is spared is told first, then who is in which wave, then each as it begins and ends.
  expect(told.slice(0, 12).map(({ name }) => name)).toEqual([...Array(9).fill('outcome'), 'waves', 'begun', 'outcome'])
  expect(told[9]).toMatchObject({ waves: [['c9'], ['c10', 'c11', 'c12'], { length: 17 }] })
  expect(told).toHaveLength(9 + 1 + 2 * 21)
  // One, then three at once, then the rest.
  expect(atOnce.slice(0, 5)).toEqual([1, 1, 2, 3, 1])
})

test('waves begin with one, and nobody is left out or taken twice', () => {
  for (const length of [0, 1, 2, 3, 11, 100, 999]) {
    const all = Array.from({ length }, (_, index) => index)
    const waves = wavesOf(all)
    expect(waves.flat()).toEqual(all)
    if (length > 0) expect(waves[0]).toHaveLength(1)
  }
  expect(wavesOf(Array.from({ length: 100 })).map(wave => wave.length)).toEqual([1, 10, 89])
})
