import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Imported } from '@moorage/contract/agent.ts'
import type { Cluster, DisconnectPreview, Mode, Receipt } from '@moorage/contract/cluster.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import type { Json } from '@moorage/testkit/api-client.ts'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { DUMP_EVERY, dump, dumpDifference, lastingDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { crowd } from './fixtures/crowd.ts'
import { type People, peopleWithRoles } from './fixtures/people.ts'

const dir = mkdtempSync(join(tmpdir(), 'moorage-removal-proof-'))
let member: ControlPlane
let hub: HubProcess
/** Of other people, with an agent in the same member. */
let neighbour: HubProcess
let neighbours: AgentProcess
/** The member, crowded, before any import by the hub. */
let before: Record<string, Json>
/** What the hub writes on all that is its own. */
let instance: string
let people: People

beforeAll(async () => {
  ;[member, hub, neighbour] = await Promise.all([
    startControlPlane({ name: 'removal-proof', scheduler: false }),
    startHub({ dir: join(dir, 'hub') }),
    startHub({ dir: join(dir, 'neighbour') }),
  ])
  instance = (await imports(hub, { name: 'peek' })).manifest.match(/moorage\.dev\/instance: ([\da-f-]{36})/)?.[1] ?? ''
  await hub.fetch('/api/v1/clusters/peek/disconnect', { method: 'POST', body: {} })
  const { manifest } = await imports(neighbour, { name: 'shared', agent: { namespace: 'moorage-neighbour' } })
  neighbours = await startAgent({ dir: join(dir, 'neighbours'), plane: member, manifest, pod: 'neighbours-1' })
  await runs(neighbour, 'shared')
  await crowd(member.api, instance)
  ;[before, people] = await Promise.all([dumpAtRest(member.api), peopleWithRoles(hub)])
}, 180_000)

afterAll(async () => {
  await neighbours?.[Symbol.asyncDispose]()
  await Promise.all([hub?.[Symbol.asyncDispose](), neighbour?.[Symbol.asyncDispose]()])
  await member?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

let agent: AgentProcess | undefined
beforeEach(() => {
  agent = undefined
  return async () => agent?.kill()
})

async function imports(by: HubProcess, body: object): Promise<Imported> {
  const answer = await by.fetch('/api/v1/imports', { method: 'POST', body })
  expect(answer.status).toBe(201)
  return (await answer.json()) as Imported
}
const seen = async (by: HubProcess, name: string) =>
  (await (await by.fetch(`/api/v1/clusters/${name}`)).json()) as Cluster
const runs = (by: HubProcess, name: string, mode: Mode = 'read-only') =>
  eventually(
    async () => {
      const { phase, mode: now } = await seen(by, name)
      expect([phase, now]).toEqual(['Running', mode])
    },
    { within: 60_000, every: 100 },
  )

/** Each has the hub put their rights into the member: roles, and who has them. */
async function peopleWork(): Promise<void> {
  const asks = async (cookie: string, path: string) =>
    expect((await hub.fetch(`/k8s/edge${path}`, { cookie })).status).toBe(200)
  await asks(people.ada, '/api/v1/namespaces/moorage-users/configmaps')
  await asks(people.bob, '/api/v1/nodes')
  const put = dumpDifference(before, await dump(member.api)).flatMap(
    line => /^\+ \S+\/(\w+)\/(\S*)\/moorage-access-/.exec(line)?.slice(1, 3).join(' in ') ?? [],
  )
  expect(put.toSorted()).toEqual([
    'clusterrolebindings in ',
    'clusterroles in ',
    'clusterroles in ',
    'rolebindings in moorage-users',
  ])
}

/** Namespaces end in their own time: they are not waited for until the end. */
async function expectAsBefore(difference = lastingDifference): Promise<void> {
  const differs = async () => expect(difference(before, await dump(member.api))).toEqual([])
  await eventually(differs, { within: 60_000, every: DUMP_EVERY })
}

/** Whatever the namespaces are called, what is of the hub goes: each import has a new one, so that none waits for the last. */
let made = 0
async function importAs(mode: Mode, more: object = {}): Promise<string> {
  made += 1
  const namespace = `moorage-of-${made}`
  const { manifest } = await imports(hub, { name: 'edge', mode, agent: { namespace, ...more } })
  agent = await startAgent({ dir: join(dir, namespace), plane: member, manifest, pod: `${namespace}-1` })
  await runs(hub, 'edge', mode)
  return namespace
}

const disconnect = (...args: string[]) =>
  moorage(hub, ['cluster', 'disconnect', 'edge', '--yes', '-o', 'json', ...args])
const receiptOf = ({ code, stdout, stderr }: Awaited<ReturnType<typeof disconnect>>): Receipt => {
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as Receipt
}

/** The ways out of a member. Each ends with the hub forgetting the cluster. */
const ways = {
  async 'by disconnect'() {
    const receipt = receiptOf(await disconnect())
    expect(receipt).toMatchObject({ forced: false, owed: [] })
    await agent?.ended
  },
  async 'by force, and the agent when it comes back'() {
    await agent?.kill()
    await eventually(
      async () => expect((await disconnect()).stderr).toMatch(/Deployment moorage-of-\d+\/moorage-agent/),
      {
        within: 20_000,
      },
    )
    expect((await seen(hub, 'edge')).phase).toBe('Disconnecting')
    const began = performance.now()
    const receipt = receiptOf(await disconnect('--force'))
    expect(receipt.forced).toBe(true)
    expect(receipt.owed.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Deployment', 'Namespace', 'ClusterRole']),
    )
    expect(performance.now() - began).toBeLessThan(10_000)
    await agent?.restart()
    await agent?.ended
    // What it took out by itself is owed no more.
    const { stdout } = await moorage(hub, ['cluster', 'receipts', '-o', 'json'])
    const settled = (JSON.parse(stdout).items as Receipt[]).find(({ id }) => id === receipt.id)
    expect(settled).toMatchObject({ forced: true, owed: [], settledAt: expect.any(String) })
    expect(settled?.removed.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Deployment', 'Namespace', 'ClusterRole']),
    )
  },
  async 'by cleanup, with the hub down'() {
    await hub.kill()
    // With its Deployment its pod goes.
    await agent?.kill()
    const args = ['cleanup', '--kubeconfig', member.kubeconfigPath, '--instance', instance, '--yes', '-o', 'json']
    const { code, stdout, stderr } = await moorage(null, args)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ clean: true })
    await hub.restart()
    receiptOf(await disconnect('--force'))
  },
}

const modes = ['read-only', 'full'] as const
const cases = modes.flatMap(mode => (Object.keys(ways) as (keyof typeof ways)[]).map(way => ({ mode, way })))

// One name and one member for all: each import finds what the one before it left.
test.each(cases)('an agent in $mode mode that leaves $way leaves the member as it was', async ({ mode, way }) => {
  await importAs(mode)
  expect(dumpDifference(before, await dump(member.api)).length).toBeGreaterThan(8)
  if (mode === 'full') await peopleWork()
  await ways[way]()
  await expectAsBefore()
})

test.each(modes)('in a ready-made namespace an agent in %s mode leaves what it found', async mode => {
  await importAs(mode, { namespace: 'ready-made', existingNamespace: true })
  const receipt = receiptOf(await disconnect())
  expect(receipt.removed.map(({ kind }) => kind)).not.toContain('Namespace')
  await agent?.ended
  await expectAsBefore()
})

test.each([
  ['ready-made', 'by disconnect'],
  ['ready-empty', 'by disconnect'],
  ['ready-empty', 'by cleanup, with the hub down'],
] as const)(
  'a manifest that was applied over the namespace %s leaves it, %s, as it found it',
  async (namespace, way) => {
    const path = `/api/v1/namespaces/${namespace}`
    const madeAt = Date.parse((await member.api.get(path)).metadata.creationTimestamp)
    // Until it is older than what one manifest makes: so the hub tells, which sees creation times alone.
    await eventually(() => Date.now() - madeAt > 12_000, { within: 20_000 })
    await importAs('read-only', { namespace })
    expect((await member.api.get(path)).metadata.labels).toHaveProperty(['moorage.dev/instance'])
    if (way === 'by disconnect') {
      // Once the inventory has it.
      await eventually(
        async () => {
          const { code, stdout } = await moorage(hub, ['cluster', 'disconnect', 'edge', '--dry-run', '-o', 'json'])
          const { removes, keeps } = JSON.parse(stdout) as DisconnectPreview
          expect(code).toBe(0)
          expect(removes.map(({ kind }) => kind)).not.toContain('Namespace')
          expect(keeps.join()).toMatch(new RegExp(`The namespace ${namespace}: it was there before`))
        },
        { within: 30_000 },
      )
    }
    await ways[way]()
    await expectAsBefore()
  },
)

test.each(modes)('a kubeconfig in %s mode puts nothing there', async mode => {
  const connect = ['cluster', 'connect', 'edge', '--kubeconfig', member.kubeconfigPath, '--mode', mode, '--wait']
  const connected = await moorage(hub, connect)
  expect(connected.code, connected.stderr).toBe(0)
  expect(lastingDifference(before, await dump(member.api))).toEqual([])
  if (mode === 'full') {
    await hub.kill()
    const cleanup = ['cleanup', '--kubeconfig', member.kubeconfigPath, '--instance', instance, '--yes']
    expect((await moorage(null, cleanup)).code).toBe(0)
    expect(lastingDifference(before, await dump(member.api))).toEqual([])
    await hub.restart()
  }
  expect(receiptOf(await disconnect())).toMatchObject({ removed: [], owed: [] })
  await expectAsBefore()
})

test('a namespace that holds something of a user is emptied of ours, kept, and said so', async () => {
  const namespace = await importAs('read-only')
  const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace }, data: { a: 'b' } }
  const { metadata } = await member.api.apply(theirs)
  const receipt = receiptOf(await disconnect())
  expect(receipt.kept.join()).toMatch(new RegExp(`Namespace ${namespace}: it holds what is not Moorage's`))
  expect(receipt.owed).toEqual([])
  await agent?.ended
  const left = lastingDifference(before, await dump(member.api)).map(line => line.replace(/: .*/s, ''))
  expect(left.toSorted()).toEqual(
    [
      `+ /api/v1/configmaps/${namespace}/kube-root-ca.crt`,
      `+ /api/v1/configmaps/${namespace}/theirs`,
      `+ /api/v1/namespaces//${namespace}`,
      `+ /api/v1/serviceaccounts/${namespace}/default`,
    ].toSorted(),
  )
  const kept = await member.api.get(`/api/v1/namespaces/${namespace}/configmaps/theirs`)
  expect([kept.metadata.uid, kept.data]).toEqual([metadata.uid, { a: 'b' }])
  await member.api.delete(`/api/v1/namespaces/${namespace}`)
  await expectAsBefore()
})

/** How often the agent began a removal because the hub asked for it, and not by itself. */
function askedToRemove(): number {
  const logged = agent?.logs() ?? []
  const times = (words: string) => logged.filter(({ msg }) => String(msg).startsWith(words)).length
  return times('removal begins') - times('the hub has let go')
}

test('a member that does not answer is owed, let go by force at once, and left when it is back', async () => {
  await importAs('read-only')
  member.freeze()
  try {
    const refused = await disconnect()
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toMatch(/Moorage still has 9 of its objects in edge/)
    expect((await seen(hub, 'edge')).phase).toBe('Disconnecting')
    expect(refused.stderr).toMatch(/The agent could not go on: .* did not answer/)
    await eventually(
      async () => {
        const { conditions } = await seen(hub, 'edge')
        expect(conditions.find(({ type }) => type === 'APIServerReachable')?.status).toBe('False')
      },
      { within: 15_000 },
    )
    const asked = askedToRemove()
    expect(receiptOf(await disconnect('--force')).owed).toHaveLength(9)
    // At once: without one more try of the member, each of which takes its time.
    expect(askedToRemove()).toBeLessThanOrEqual(asked)
  } finally {
    member.thaw()
  }
  await agent?.ended
  await expectAsBefore()
})

test('and of all these, nothing is left', () => expectAsBefore(dumpDifference))

test('the neighbour has noticed nothing', async () => {
  // The member stood still a moment ago, for them too.
  await runs(neighbour, 'shared')
  expect(neighbours.running).toBe(true)
  const answer = await neighbour.fetch('/api/v1/clusters/shared/prove', { method: 'POST' })
  expect(await answer.json()).toMatchObject({ holds: true })
})
