import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentManifest, Imported } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { startPostgres } from '@moorage/testkit/postgres.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'moorage-replica-lost-'))
const stack = new AsyncDisposableStack()
let member: ControlPlane
const hubs: HubProcess[] = []
let balancer: Server

const portOf = (hub: HubProcess) => Number(new URL(hub.url).port)

/** Gives each connection to the first replica that takes it, as a load balancer that knows who is well. */
async function startBalancer(): Promise<Server> {
  const server = createServer(client => {
    client.on('error', () => {})
    const give = ([first, ...others]: HubProcess[]) => {
      if (!first) return client.destroy()
      const upstream = connect(portOf(first), '127.0.0.1')
      upstream.once('connect', () => {
        upstream.off('error', next)
        upstream.on('error', () => client.destroy())
        client.pipe(upstream).pipe(client)
        client.once('close', () => upstream.destroy())
        upstream.once('close', () => client.destroy())
      })
      const next = () => give(others)
      upstream.once('error', next)
    }
    give(hubs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

beforeAll(async () => {
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const database = stack.use(await startPostgres())
  member = stack.use(await startControlPlane({ name: 'replica-lost' }))
  const key = join(dir, 'sealing.key')
  writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  const token = `moorage_${randomBytes(32).toString('base64url')}`
  for (const name of ['first', 'second']) {
    const folder = join(dir, name)
    mkdirSync(join(folder, 'data'), { recursive: true })
    writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 })
    // Behind one address they have one certificate.
    if (name === 'second') cpSync(join(dir, 'first/data/tls'), join(folder, 'data/tls'), { recursive: true })
    const args = ['--database-url', database.databaseUrl, '--sealing-key-file', key]
    hubs.push(stack.use(await startHub({ dir: folder, args })))
  }
  balancer = await startBalancer()
  stack.defer(() => void balancer.close())
}, 120_000)

afterAll(() => stack.disposeAsync())

const one = () => hubs[0] as HubProcess
const two = () => hubs[1] as HubProcess
const seenBy = async (hub: HubProcess) => (await (await hub.fetch('/api/v1/clusters/edge')).json()) as Cluster
const namespaces = async (hub: HubProcess) => {
  const answer = await hub.fetch('/api/v1/clusters/edge/objects?kind=Namespace')
  return ((await answer.json()) as { items: { name: string }[] }).items.map(({ name }) => name)
}
const isFollowed = async (hub: HubProcess, name: string) => {
  await kubectl(member.kubeconfigPath, ['create', 'namespace', name])
  await eventually(async () => expect(await namespaces(hub)).toContain(name), { within: 20_000 })
}

test('whichever replica holds the tunnel, the cluster is looked after; when that one is killed the other goes on', {
  timeout: 180_000,
}, async () => {
  const imported = await two().fetch('/api/v1/imports', { method: 'POST', body: { name: 'edge' } })
  const { manifest } = (await imported.json()) as Imported
  const { port } = balancer.address() as { port: number }
  await using agent = await startAgent({
    dir: join(dir, 'agent'),
    plane: member,
    manifest,
    pod: 'agent-1',
    config: { 'hub-url': `https://127.0.0.1:${port}` },
  })
  for (const hub of hubs) {
    await eventually(async () => expect((await seenBy(hub)).phase).toBe('Running'), { within: 60_000 })
  }
  const { agent: info } = await seenBy(two())
  expect(info?.connections).toHaveLength(1)
  await isFollowed(two(), 'before')

  // What only the agent can answer is asked through the replica that holds it not.
  const proof = await two().fetch('/api/v1/clusters/edge/prove', { method: 'POST', body: {} })
  expect(proof.status).toBe(200)
  expect(await proof.json()).toMatchObject({ holds: true })

  await one().kill()
  await eventually(
    async () => {
      const { phase, agent: now } = await seenBy(two())
      expect(phase).toBe('Running')
      expect(now?.connections.map(({ replica }) => replica)).not.toEqual(
        info?.connections.map(({ replica }) => replica),
      )
    },
    { within: 45_000 },
  )
  await isFollowed(two(), 'after')
  expect(agent.running).toBe(true)

  await one().restart()
  await eventually(async () => expect((await seenBy(one())).phase).toBe('Running'), { within: 30_000 })
  const migrated = await one().fetch('/api/v1/clusters/edge/migrate', { method: 'POST', body: { mode: 'full' } })
  expect(((await migrated.json()) as AgentManifest).manifest).toContain('kind: Deployment')
})
