import { once } from 'node:events'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expectNoLeaks } from '@moorage/testkit/leaks.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testCluster } from '../inventory/fixtures/inventory.ts'
import { insertConnectionEvents, listConnectionEvents } from '../store/connection-events.ts'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { connectionsOf } from '../store/tunnels.ts'
import { get } from './fixtures/get.ts'
import { startTestReplica } from './fixtures/replica.ts'
import { startStandIn } from './fixtures/stand-in.ts'

const soon = () => AbortSignal.timeout(5_000)
const within = { within: 5_000 }

let store: Store
beforeAll(async () => {
  store = await testStore('pglite', '')
})
afterAll(() => store[Symbol.asyncDispose]())
let n = 0
let id = ''
beforeEach(async () => {
  n += 1
  id = (await testCluster(store, `cluster-${n}`)).id
})

test.each(['upgrade', 'websocket'] as const)(
  'a cluster is reached through the tunnels that its agent dialled by %s',
  async protocol => {
    await using _ = expectNoLeaks()
    await using replica = await startTestReplica(store, 'one')
    const { tunnels, hub } = replica
    const transport = tunnels.transport(id)
    await expect(get(transport, '/version')).rejects.toMatchObject({ code: 'AGENT_DISCONNECTED', reason: 'refused' })
    expect(await tunnels.connected(id)).toBe(false)

    await using agent = await startStandIn({ hub, clusterId: id, pod: 'pod-a', protocol })
    await eventually(async () => expect(await tunnels.connected(id)).toBe(true), within)
    expect(await get(transport, '/version')).toEqual({ status: 200, body: '{"gitVersion":"v1.36.3"}' })
    const all = await Promise.all(Array.from({ length: 50 }, () => get(transport, '/version')))
    expect(all.map(({ status }) => status)).toEqual(Array(50).fill(200))

    const { socket } = await transport.upgrade(
      { method: 'GET', path: '/exec', headers: { connection: 'Upgrade', upgrade: 'echo' } },
      soon(),
    )
    socket.write('hello')
    const [said] = await once(socket, 'data')
    expect(String(said)).toBe('hello')
    expect(agent.told).toContainEqual({ type: 'welcome', leaving: true, replica: 'one', hubVersion: '0.1.0' })
    expect(replica.greeted.map(({ clusterId, hello }) => [clusterId, hello.mode])).toEqual([[id, 'read-only']])

    // The transport ends with what it carries; the tunnels stay.
    await transport[Symbol.asyncDispose]()
    await eventually(() => expect(socket.destroyed).toBe(true), within)
    await expect(get(transport, '/version')).rejects.toMatchObject({ reason: 'aborted' })
    expect((await get(tunnels.transport(id), '/version')).status).toBe(200)
  },
)

test('an agent’s own paths are never sent, however they are written', async () => {
  await using replica = await startTestReplica(store, 'one')
  await using _agent = await startStandIn({ hub: replica.hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await replica.tunnels.connected(id)).toBe(true), within)
  const transport = replica.tunnels.transport(id)
  const paths = ['/-/moorage/prove', '//-/moorage/link', '/%2D/moorage/link', '/-%2Fmoorage/remove', '/-/%6doorage/x']
  for (const path of [...paths, '/api/../-/moorage/link', '/-\\moorage/link', '/%252D/moorage/link', '/-/MOORAGE/x']) {
    await expect(get(transport, path), path).rejects.toBeInstanceOf(TypeError)
  }
})

test('the hub may ask the agent itself', async () => {
  await using replica = await startTestReplica(store, 'one')
  const { tunnels } = replica
  const control = tunnels.control(id)
  await expect(control.prove({ requests: [], wall: 'agent' }, soon())).rejects.toMatchObject({
    code: 'agent_disconnected',
  })
  const object = { apiVersion: 'v1', kind: 'Secret', namespace: 'a', name: 'b', uid: 'c' }
  const removal = [{ removed: object }, '', { kept: object, because: 'it is yours' }, { later: 1 }, { done: true }]
  await using _agent = await startStandIn({ hub: replica.hub, clusterId: id, pod: 'pod-a', answers: { removal } })
  await eventually(async () => expect(await tunnels.connected(id)).toBe(true), within)
  expect(await control.prove({ requests: [], wall: 'agent' }, soon())).toEqual({
    results: [{ name: 'secrets', refused: true, answer: 'no' }],
  })
  expect(await control.settings({ hubUrl: 'https://other' }, soon())).toEqual({ ok: false, why: 'no such hub' })
  const told = await Array.fromAsync(control.remove({ instance: 'i', objects: [] }, soon()))
  expect(told).toEqual([{ removed: object }, { kept: object, because: 'it is yours' }, { done: true }])
})

test('a removal that goes on for ever, or says what acts on a terminal, does neither here', async () => {
  await using replica = await startTestReplica(store, 'one')
  const control = replica.tunnels.control(id)
  const object = { apiVersion: 'v1', kind: 'Secret', namespace: 'a', name: 'b', uid: 'c' }
  const removal: unknown[] = [{ kept: object, because: '\u001b[2Jit is\nyours' }, { done: true }]
  await using agent = await startStandIn({ hub: replica.hub, clusterId: id, pod: 'pod-a', answers: { removal } })
  await eventually(async () => expect(await replica.tunnels.connected(id)).toBe(true), within)
  const request = { instance: 'i', objects: [] }
  const [kept] = await Array.fromAsync(control.remove(request, soon()))
  expect(kept).toEqual({ kept: object, because: '[2Jit is yours' })
  agent.answers.removal = Array(20_000).fill({ removed: object })
  await expect(Array.fromAsync(control.remove(request, soon()))).rejects.toThrow('came to no end')
})

test('who is connected, and why not any more, is kept', async () => {
  await using replica = await startTestReplica(store, 'one')
  const { tunnels, hub } = replica
  const reasons = async () => (await listConnectionEvents(store.db, id, 10)).map(({ reason }) => reason)
  await using agent = await startStandIn({ hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => {
    const [one] = (await connectionsOf(store.db, [id])).get(id) ?? []
    expect(one).toMatchObject({ agent: 'pod-a', replica: 'one' })
  }, within)
  await eventually(async () => expect(await reasons()).toEqual(['Connected']), within)
  await tunnels.cut(id, 'The cluster was disconnected.')
  expect(await tunnels.connected(id)).toBe(false)
  // It dials again, as nobody has told it to stay away.
  await eventually(async () => expect(await reasons()).toEqual(['Connected', 'Cut', 'Connected']), within)
  expect(await listConnectionEvents(store.db, id, 10)).toContainEqual(
    expect.objectContaining({
      type: 'closed',
      agent: 'pod-a',
      address: '127.0.0.1',
      message: 'The cluster was disconnected.',
    }),
  )
  await agent.kill()
  await eventually(async () => expect((await connectionsOf(store.db, [id])).get(id)).toBeUndefined(), {
    within: 10_000,
  })
  await eventually(async () => expect((await reasons())[0]).toBe('ClosedByAgent'), within)
  expect(replica.moved.filter(moved => moved === id).length).toBeGreaterThanOrEqual(4)
})

test('an agent that never opens its link is let go', async () => {
  await using replica = await startTestReplica(store, 'one')
  const { hub } = replica
  await using agent = await startStandIn({ hub, clusterId: id, pod: 'pod-a', answers: { link: 'refuses' } })
  await eventually(async () => expect((await listConnectionEvents(store.db, id, 1))[0]?.reason).toBe('NoLink'), within)
  agent.answers.link = 'greets'
  await eventually(async () => expect(await replica.tunnels.connected(id)).toBe(true), within)
})

test('more agents of one cluster than there can be are turned away, and that is kept once', async () => {
  await using stack = new AsyncDisposableStack()
  const { tunnels, hub } = stack.use(await startTestReplica(store, 'one'))
  for (let at = 0; at < 9; at += 1) {
    stack.use(await startStandIn({ hub, clusterId: id, pod: `pod-${at}`, spares: 1 }))
  }
  await eventually(async () => expect((await connectionsOf(store.db, [id])).get(id)).toHaveLength(8), within)
  const refused = async () => (await listConnectionEvents(store.db, id, 50)).filter(({ type }) => type === 'refused')
  await eventually(async () => expect(await refused()).toHaveLength(1), within)
  expect(await refused()).toMatchObject([{ reason: 'TooManyAgents' }])
  expect((await get(tunnels.transport(id), '/version')).status).toBe(200)
})

test('a burst waits for a dial and loses nothing', async () => {
  await using replica = await startTestReplica(store, 'one')
  const { tunnels, hub } = replica
  await using agent = await startStandIn({ hub, clusterId: id, pod: 'pod-a', spares: 4 })
  await eventually(async () => expect(await tunnels.connected(id)).toBe(true), within)
  // 196 handshakes of both sides in one process.
  const late = AbortSignal.timeout(60_000)
  const all = await Promise.all(Array.from({ length: 200 }, () => get(tunnels.transport(id), '/version', late)))
  expect(all.every(({ status }) => status === 200)).toBe(true)
  expect(agent.failures).toEqual([])
})

test('agents are told to go elsewhere when the replica stops, and no other is taken in', async () => {
  await using replica = await startTestReplica(store, 'one')
  const { tunnels, hub } = replica
  await using agent = await startStandIn({ hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await tunnels.connected(id)).toBe(true), within)
  await tunnels.drain()
  await eventually(() => expect(agent.told).toContainEqual({ type: 'drain' }), within)
  // What runs goes on.
  expect((await get(tunnels.transport(id), '/version')).status).toBe(200)
  await using late = await startStandIn({ hub, clusterId: id, pod: 'pod-b' })
  await eventually(() => expect(late.failures.length).toBeGreaterThan(0), within)
})

test('an event of a cluster that is forgotten meanwhile stops nobody', async () => {
  const event = { at: new Date().toISOString(), type: 'closed', agent: null, replica: 'one', address: null } as const
  await insertConnectionEvents(store.db, [{ clusterId: 'gone', event: { ...event, reason: 'Cut', message: 'x' } }])
  expect(await listConnectionEvents(store.db, 'gone', 1)).toEqual([])
})

test('what an agent says costs no other cluster its events', async () => {
  const other = await testCluster(store, `other-${n}`)
  const event = { at: new Date().toISOString(), type: 'closed', agent: null, replica: 'one', address: null } as const
  const evil = { ...event, reason: 'Cut', message: '\u001b[2J\u0000 gone' }
  await insertConnectionEvents(store.db, [
    { clusterId: id, event: evil },
    { clusterId: other.id, event: { ...event, reason: 'Cut', message: 'x' } },
  ])
  expect(await listConnectionEvents(store.db, id, 1)).toMatchObject([{ message: '[2J  gone' }])
  expect(await listConnectionEvents(store.db, other.id, 1)).toMatchObject([{ message: 'x' }])
})

test('a cluster whose agents come and go without end writes no more than some events', async () => {
  await using replica = await startTestReplica(store, 'one')
  const other = await testCluster(store, `calm-${n}`)
  const agent = (clusterId: string) => ({ clusterId, name: clusterId, pod: 'pod-a', keyId: 'key' })
  for (let time = 0; time < 1_000; time += 1) {
    replica.tunnels.refused(agent(id), null, { reason: `Reason${time}`, message: 'x' })
  }
  replica.tunnels.refused(agent(other.id), null, { reason: 'Once', message: 'x' })
  await eventually(async () => expect(await listConnectionEvents(store.db, other.id, 1)).toHaveLength(1), within)
  expect((await listConnectionEvents(store.db, id, 1_000)).length).toBeLessThan(150)
})

test('a transport that is closed ends what is under way, and a signal what it is for', async () => {
  await using replica = await startTestReplica(store, 'one')
  await using _agent = await startStandIn({ hub: replica.hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await replica.tunnels.connected(id)).toBe(true), within)
  const transport = replica.tunnels.transport(id)
  const other = replica.tunnels.transport(id)
  const waiting = get(transport, '/never')
  const its = expect(waiting).rejects.toMatchObject({ reason: 'aborted' })
  await expect(get(transport, '/never', AbortSignal.timeout(100))).rejects.toMatchObject({ reason: 'timeout' })
  await expect(get(transport, '/version', AbortSignal.abort())).rejects.toMatchObject({ reason: 'aborted' })
  const stuck = get(other, '/never', AbortSignal.timeout(1_000))
  await transport[Symbol.asyncDispose]()
  await its
  await expect(stuck).rejects.toMatchObject({ reason: 'timeout' })
  expect((await get(other, '/version')).status).toBe(200)
})
