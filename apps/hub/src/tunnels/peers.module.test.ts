import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { readBounded } from '@moorage/kube/read-body.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expectNoLeaks } from '@moorage/testkit/leaks.ts'
import { expect, inject, test } from 'vitest'
import { testCluster } from '../inventory/fixtures/inventory.ts'
import { listConnectionEvents } from '../store/connection-events.ts'
import { testDeps, testPlace } from '../store/fixtures/stores.ts'
import { migrate, readMigrations } from '../store/migrate.ts'
import { openStore } from '../store/open.ts'
import { peerSecret, startTestReplica } from './fixtures/replica.ts'
import { startStandIn } from './fixtures/stand-in.ts'
import { peerProof } from './peer-proof.ts'
import type { Tunnels } from './tunnels.ts'

const within = { within: 10_000 }
const soon = () => AbortSignal.timeout(5_000)
const version = async (tunnels: Tunnels, id: string) => {
  const answer = await tunnels.transport(id).request({ method: 'GET', path: '/version' }, soon())
  return (await readBounded(answer.body, 100_000)).toString()
}

/** Two replicas on one PostgreSQL, each with a store of its own as two processes have. */
async function startTwo() {
  await using stack = new AsyncDisposableStack()
  const { config } = stack.use(await testPlace('postgres', inject('databaseUrl')))
  const open = async () => {
    const store = stack.use(await openStore(config, testDeps))
    await migrate(store.db, await readMigrations())
    return store
  }
  const [first, second] = [await open(), await open()]
  const one = stack.use(await startTestReplica(first, 'one'))
  const two = stack.use(await startTestReplica(second, 'two'))
  const { id } = await testCluster(first, 'alpha')
  const owned = stack.move()
  return { one, two, id, store: first, second, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('a request finds the replica that holds the tunnel', async () => {
  await using _ = expectNoLeaks()
  await using both = await startTwo()
  const { one, two, id } = both
  expect(await two.tunnels.connected(id)).toBe(false)
  await using agent = await startStandIn({ hub: one.hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await two.tunnels.connected(id)).toBe(true), within)
  expect(two.moved).toContain(id)
  expect(await version(two.tunnels, id)).toContain('v1.36.3')
  const all = await Promise.all(Array.from({ length: 100 }, () => version(two.tunnels, id)))
  expect(new Set(all).size).toBe(1)
  expect(agent.failures).toEqual([])

  // The hub's own calls and upgraded streams pass as well.
  const proof = await two.tunnels.control(id).prove({ requests: [], wall: 'agent' }, soon())
  expect(proof.results).toHaveLength(1)
  const headers = { connection: 'Upgrade', upgrade: 'echo' }
  const { socket } = await two.tunnels.transport(id).upgrade({ method: 'GET', path: '/exec', headers }, soon())
  socket.write('x'.repeat(1_000_000))
  let echoed = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    echoed += chunk.length
    if (echoed === 1_000_000) break
  }
  expect(echoed).toBe(1_000_000)

  // Where the tunnel moves to this replica, nothing goes by the other one.
  await agent.kill()
  await using _other = await startStandIn({ hub: two.hub, clusterId: id, pod: 'pod-b' })
  await eventually(async () => expect(await version(two.tunnels, id)).toContain('v1.36.3'), within)
})

const ask = async (tunnels: Tunnels, id: string, path: string) => {
  const answer = await tunnels.transport(id).request({ method: 'GET', path }, soon())
  return (await readBounded(answer.body, 100_000)).toString()
}

test('a replica that stops loses nothing of what others do over its tunnels, and begins nothing more', async () => {
  await using both = await startTwo()
  const { one, two, id } = both
  let front = one.hub
  await using agent = await startStandIn({ hub: () => front, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await two.tunnels.connected(id)).toBe(true), within)
  // In flight through the other replica: a request, a watch, and a pull of the inventory.
  const held = ask(two.tunnels, id, '/held')
  const headers = { connection: 'Upgrade', upgrade: 'echo' }
  const { socket: watch } = await two.tunnels.transport(id).upgrade({ method: 'GET', path: '/watch', headers }, soon())
  watch.on('error', () => {})
  await eventually(() => expect(agent.heard).toContain('GET /held'), within)

  front = two.hub
  const seen: string[] = []
  let stopping = true
  const asking = (async () => {
    while (stopping) seen.push(await ask(two.tunnels, id, '/version'))
  })()
  await one.upgrades.drain()
  // By now the agent is connected to the other one, which asks nothing of this one any more.
  expect(two.greeted.map(({ clusterId }) => clusterId)).toEqual([id])
  let settled = false
  const over = one.upgrades.settled().then(() => {
    settled = true
  })
  expect(await version(two.tunnels, id)).toContain('v1.36.3')
  watch.write('still')
  await eventually(() => expect(String(watch.read() ?? '')).toBe('still'), within)
  expect(settled).toBe(false)
  agent.release()
  expect(JSON.parse(await held)).toEqual({ held: true })
  watch.destroy()
  await over
  await one[Symbol.asyncDispose]()
  expect(await version(two.tunnels, id)).toContain('v1.36.3')
  stopping = false
  await asking
  expect(seen.length).toBeGreaterThan(0)
  expect(new Set(seen).size).toBe(1)
}, 30_000)

test('a process of an agent that stops loses nothing of what runs over it, and the others go on', async () => {
  await using both = await startTwo()
  const { one, two, id } = both
  await using first = await startStandIn({ hub: one.hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await two.tunnels.connected(id)).toBe(true), within)
  const held = [one, two].map(({ tunnels }) => ask(tunnels, id, '/held'))
  await eventually(() => expect(first.heard.filter(path => path === 'GET /held')).toHaveLength(2), within)
  await using second = await startStandIn({ hub: one.hub, clusterId: id, pod: 'pod-b' })
  await eventually(() => expect(one.greeted).toHaveLength(2), within)

  const seen: string[] = []
  let stopping = true
  const asking = [one, two].map(async ({ tunnels }) => {
    while (stopping) seen.push(await ask(tunnels, id, '/version'))
  })
  let left = false
  const leaving = first.leave().then(() => {
    left = true
  })
  await eventually(() => expect(second.heard.length).toBeGreaterThan(20), within)
  expect(left).toBe(false)
  first.release()
  expect((await Promise.all(held)).map(text => JSON.parse(text))).toEqual([{ held: true }, { held: true }])
  await leaving
  await first.kill()
  stopping = false
  await Promise.all(asking)
  expect(new Set(seen).size).toBe(1)
  const reasons = async () => (await listConnectionEvents(both.store.db, id, 10)).map(({ reason }) => reason)
  await eventually(async () => expect(await reasons()).toContain('AgentStopping'), within)
}, 30_000)

test('a tunnel that another replica holds is cut from here', async () => {
  await using both = await startTwo()
  const { one, two, id } = both
  await using _agent = await startStandIn({ hub: one.hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await one.tunnels.connected(id)).toBe(true), within)
  await two.tunnels.cut(id, 'It was disconnected.')
  await eventually(
    async () =>
      expect(await listConnectionEvents(both.store.db, id, 10)).toContainEqual(
        expect.objectContaining({ reason: 'Cut', message: 'It was disconnected.', replica: 'one' }),
      ),
    within,
  )
})

test('a replica that ends takes its tunnels out, and agents that dial the other are found there', async () => {
  await using both = await startTwo()
  const { one, two, id } = both
  {
    await using _agent = await startStandIn({ hub: one.hub, clusterId: id, pod: 'pod-a' })
    await eventually(async () => expect(await version(two.tunnels, id)).toContain('v1.36.3'), within)
    await one[Symbol.asyncDispose]()
    await eventually(async () => expect(await two.tunnels.connected(id)).toBe(false), within)
    await expect(version(two.tunnels, id)).rejects.toMatchObject({ code: 'AGENT_DISCONNECTED' })
  }
  await using _again = await startStandIn({ hub: two.hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await version(two.tunnels, id)).toContain('v1.36.3'), within)
})

test('only who knows the replicas’ secret is given a tunnel, and only such a one is believed', async () => {
  await using both = await startTwo()
  const { one, id } = both
  await using _agent = await startStandIn({ hub: one.hub, clusterId: id, pod: 'pod-a' })
  await eventually(async () => expect(await one.tunnels.connected(id)).toBe(true), within)
  const path = `/peer/v1/tunnel/${id}`
  const ask = async (authorization: string | ((socket: ReturnType<typeof connectTls>) => string)) => {
    const socket = connectTls({ port: one.hub.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const given = typeof authorization === 'string' ? authorization : authorization(socket)
    const head = ['GET', path, 'HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: moorage-tunnel/1\r\n'].join(' ')
    socket.write(`${head}authorization: ${given}\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    socket.destroy()
    return String(answer).split('\r\n', 1)[0]
  }
  const scheme = (proof: Buffer) => `Moorage-Peer ${proof.toString('base64url')}`
  expect(await ask('Bearer x')).toContain('401')
  expect(await ask(scheme(Buffer.alloc(32)))).toContain('401')
  expect(await ask(socket => scheme(peerProof(Buffer.alloc(32, 1), socket, 'asking', path)))).toContain('401')
  expect(await ask(socket => scheme(peerProof(peerSecret, socket, 'holding', path)))).toContain('401')
  expect(await ask(socket => scheme(peerProof(peerSecret, socket, 'asking', `${path}x`)))).toContain('401')
  expect(await ask(socket => scheme(peerProof(peerSecret, socket, 'asking', path)))).toContain('101')
  // A proof for one connection is none for another.
  const other = connectTls({ port: one.hub.port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(other, 'secureConnect')
  const stolen = scheme(peerProof(peerSecret, other, 'asking', path))
  other.destroy()
  expect(await ask(stolen)).toContain('401')

  // A replica with another secret gets nothing, and gives nothing.
  await using stranger = await startTestReplica(both.second, 'three', { secret: Buffer.alloc(32, 9) })
  await expect(version(stranger.tunnels, id)).rejects.toMatchObject({ name: 'TransportError' })
  await using _lured = await startStandIn({ hub: stranger.hub, clusterId: 'beta', pod: 'pod-b' })
  await eventually(async () => expect(await one.tunnels.connected('beta')).toBe(true), within)
  await expect(version(one.tunnels, 'beta')).rejects.toMatchObject({ name: 'TransportError' })
}, 30_000)
