import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import type { Imported } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { reportedKinds } from '@moorage/projector/project.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { openSockets } from '@moorage/testkit/open-sockets.ts'
import { type Postgres, startPostgres } from '@moorage/testkit/postgres.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PlayedAgent, playedAgent } from './fixtures/played-agent.ts'

/** Clusters, each with an agent: its tunnel is real code, its key is its own, and all of them are in this process. */
const AGENTS = Number(process.env.MOORAGE_HERD_AGENTS ?? 500)
/** Requests of the setting-up at once. */
const AT_ONCE = 12
/** ms; on two cores, which the agents of this process, the hub and other suites share. Idle ones link 500 in 12 s, and after the kill in 4 s. */
const ALL_BACK_WITHIN = Math.max(30_000, AGENTS * 300)

const dir = mkdtempSync(join(tmpdir(), 'moorage-herd-'))
let hub: HubProcess
let database: Postgres
const agents: PlayedAgent[] = []

const json = async <T>(path: string, init?: Parameters<HubProcess['fetch']>[1]) => {
  const answer = await hub.fetch(path, init)
  const text = await answer.text()
  expect(answer.status, text).toBeLessThan(300)
  return JSON.parse(text) as T
}
async function inParallel(count: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await job(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}
async function clusters(): Promise<Cluster[]> {
  const all: Cluster[] = []
  let cursor: string | null = null
  do {
    const page: { items: Cluster[]; next: string | null } = await json(
      `/api/v1/clusters?limit=200${cursor === null ? '' : `&continue=${encodeURIComponent(cursor)}`}`,
    )
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return all
}
const passes = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const connected = (all: Cluster[]) => all.filter(({ agent }) => agent?.connections.length === 1).length
const residentMiB = (pid: number) =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

beforeAll(async () => {
  database = await startPostgres()
  hub = await startHub({ dir, args: ['--database-url', database.databaseUrl] })
  const { instance } = await json<{ instance: string }>('/api/v1/info')
  await inParallel(AGENTS, async index => {
    const name = `herd-${index}`
    const { manifest } = await json<Imported>('/api/v1/imports', { method: 'POST', body: { name } })
    const [, sealed = ''] = /join-token: "?([\w+/=-]+)/.exec(manifest) ?? []
    const token = sealed.startsWith('join_') ? sealed : Buffer.from(sealed, 'base64').toString()
    const agent = playedAgent(instance, name)
    agents.push(agent)
    await json('/agent/v1/register', {
      method: 'POST',
      body: agent.registration(token),
      headers: { authorization: `Bearer ${token}` },
    })
  })
  // They were known before: what is proved here is that they come back, not that 500 clusters are read for the first time.
  database.query(
    `insert into inventory_sync (cluster_id, kind, state, resource_version, count, synced_at)
     select id, kind, 'watching', '1', 0, now() from clusters, unnest(array['${reportedKinds.join("','")}']) as kind
     on conflict (cluster_id, kind) do update set state = 'watching', resource_version = '1', synced_at = now()`,
  )
}, 180_000)

afterAll(async () => {
  await Promise.all(agents.map(agent => agent[Symbol.asyncDispose]()))
  await hub?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

test(`${AGENTS} agents whose hub is killed come back at once: all are taken in, and none is called away`, {
  timeout: 6 * ALL_BACK_WITHIN,
}, async () => {
  const context = tls.createSecureContext({ ca: readFileSync(hub.caPath) })
  const port = Number(new URL(hub.url).port)
  const all = async (within: number) => {
    const began = performance.now()
    await eventually(() => expect(agents.filter(({ linked }) => linked).length).toBe(AGENTS), { within })
    const linked = performance.now() - began
    await eventually(async () => expect(connected(await clusters())).toBe(AGENTS), { within, every: 500 })
    return { linked: Math.round(linked), known: Math.round(performance.now() - began) }
  }
  for (const [index, agent] of agents.entries()) {
    agent.start({ port, context })
    if (index % 20 === 19) await passes(250)
  }
  const first = await all(ALL_BACK_WITHIN)
  await eventually(
    async () => {
      const phases = (await clusters()).map(({ phase }) => phase)
      expect(phases.filter(phase => phase !== 'Running')).toEqual([])
    },
    { within: ALL_BACK_WITHIN, every: 500 },
  )
  const sockets = openSockets(hub.pid).filter(({ localPort }) => localPort === port).length
  console.info(
    AGENTS,
    'agents: all linked after',
    first.linked,
    'ms;',
    sockets,
    'connections; the hub has',
    residentMiB(hub.pid),
    'MiB',
  )

  await hub.kill()
  const failed = agents.reduce((sum, { failures }) => sum + failures, 0)
  await hub.restart()
  const since = Date.now()
  const again = await all(ALL_BACK_WITHIN)
  const phases = new Set<string>()
  await eventually(
    async () => {
      const now = await clusters()
      for (const { phase } of now) phases.add(phase)
      const unseen = now.filter(({ lastSeen }) => Date.parse(lastSeen ?? '') < since)
      expect(unseen.length).toBe(0)
    },
    { within: ALL_BACK_WITHIN, every: 500 },
  )
  const dials = agents.reduce((sum, { failures }) => sum + failures, 0) - failed
  console.info(
    'after the hub was ready again: all linked within',
    again.linked,
    'ms, each answered within',
    Date.now() - since,
    'ms;',
    dials,
    'failed dials',
  )
  expect([...phases]).toEqual(['Running'])
  // What was killed has left nothing: each connection has two ends, each agent a tunnel, each cluster its lease.
  const endsOf = (pid: number, side: 'localPort' | 'remotePort') =>
    openSockets(pid).filter(socket => socket[side] === port).length
  await eventually(
    () => {
      expect(endsOf(hub.pid, 'localPort')).toBe(endsOf(process.pid, 'remotePort'))
      expect({
        tunnels: database.query('select count(*) from tunnels'),
        replicas: database.query('select count(*) from replicas where expires_at > now()'),
        leases: database.query("select count(*) from leases where key like 'cluster/%' and expires_at > now()"),
      }).toEqual({ tunnels: String(AGENTS), replicas: '1', leases: String(AGENTS) })
    },
    { within: ALL_BACK_WITHIN, every: 500 },
  )
  const open = endsOf(hub.pid, 'localPort')
  expect(open).toBeLessThan(AGENTS * 20)
  console.info(open, 'connections; the hub has', residentMiB(hub.pid), 'MiB')
})
