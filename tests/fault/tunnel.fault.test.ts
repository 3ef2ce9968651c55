import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionEvent, Imported, ImportStep } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type FaultProxy, startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** ms; design §2: silence becomes Unreachable within 15 s, and an agent that dials again is Running within 5 s. */
const UNREACHABLE_WITHIN = 15_000
const BACK_WITHIN = 5_000

const dir = mkdtempSync(join(tmpdir(), 'moorage-tunnel-'))
const auditLog = join(dir, 'audit.log')
let member: ControlPlane
let hub: HubProcess
let proxy: FaultProxy
let agent: AgentProcess

beforeAll(async () => {
  mkdirSync(dir, { recursive: true })
  const policy = join(dir, 'policy.yaml')
  writeFileSync(
    policy,
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata, verbs: [list]}]\n',
  )
  member = await startControlPlane({
    name: 'tunnel',
    apiServerArgs: [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog}`],
  })
  hub = await startHub({ dir: join(dir, 'hub') })
  proxy = await startFaultProxy({ port: Number(new URL(hub.url).port) })
  const answer = await hub.fetch('/api/v1/imports', { method: 'POST', body: { name: 'edge' } })
  expect(answer.status).toBe(201)
  const { manifest, cluster } = (await answer.json()) as Imported
  expect(cluster.phase).toBe('Pending')
  agent = await startAgent({
    dir: join(dir, 'agent'),
    plane: member,
    manifest,
    pod: 'agent-1',
    config: { 'hub-url': `https://127.0.0.1:${proxy.port}` },
  })
}, 120_000)

afterAll(async () => {
  await agent?.[Symbol.asyncDispose]()
  await proxy?.close()
  await hub?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

const json = async <T>(path: string) => (await (await hub.fetch(path)).json()) as T
const cluster = () => json<Cluster>('/api/v1/clusters/edge')
const becomes = async (phase: string, within: number) => {
  const began = performance.now()
  await eventually(
    async () => {
      const seen = await cluster()
      expect(seen.phase, JSON.stringify(seen.conditions)).toBe(phase)
    },
    { within },
  )
  return Math.round(performance.now() - began)
}
/** Fails where the cluster is anything else at any time. */
const stays = async (phase: string, ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until) {
    expect((await cluster()).phase).toBe(phase)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
const reasons = async () =>
  (await json<{ items: ConnectionEvent[] }>('/api/v1/clusters/edge/connections')).items.map(({ reason }) => reason)
const lists = () =>
  readFileSync(auditLog, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as { user: { username: string }; requestURI: string })
    .filter(
      ({ user, requestURI }) => user.username.includes('moorage-agent') && !/limit=1(&|$)|metrics/.test(requestURI),
    )
    .map(({ requestURI }) => requestURI)
const namespaces = async () =>
  (await json<{ items: { name: string }[] }>('/api/v1/clusters/edge/objects?kind=Namespace')).items.map(
    ({ name }) => name,
  )
let made = 0
const follows = async () => {
  made += 1
  const name = `after-fault-${made}`
  await kubectl(member.kubeconfigPath, ['create', 'namespace', name])
  await eventually(async () => expect(await namespaces()).toContain(name), { within: 10_000 })
}

test('an imported cluster is Running, step by step', async () => {
  const took = await becomes('Running', 60_000)
  const done = () => json<{ done: boolean; steps: ImportStep[] }>('/api/v1/clusters/edge/import')
  await eventually(
    async () => {
      const { steps } = await done()
      expect(steps.filter(({ status }) => status !== 'ok')).toEqual([])
    },
    { within: 30_000 },
  )
  const { conditions, agent: info, uid } = await cluster()
  expect(uid).toMatch(/-/)
  expect(info).toMatchObject({ mode: 'read-only', version: '0.1.0' })
  expect(conditions.find(({ type }) => type === 'Connected')).toMatchObject({ status: 'True', reason: 'Tunnel' })
  expect(conditions.find(({ type }) => type === 'AgentCurrent')).toMatchObject({ status: 'True' })
  await follows()
  expect(lists().length).toBeGreaterThan(10)
  console.info('Running after', took, 'ms')
})

test('connections that are cut are dialled anew at once: nobody notices, and nothing is listed again', async () => {
  const before = lists()
  proxy.resetOpen()
  await stays('Running', 6_000)
  await follows()
  expect(lists()).toEqual(before)
})

test.each(['cut', 'stall'] as const)(
  'a way that is %s is Unreachable within 15 s, back within 5 s, and nothing is listed again',
  async fault => {
    const before = lists()
    proxy[fault]()
    const away = await becomes('Unreachable', UNREACHABLE_WITHIN)
    const { conditions } = await cluster()
    expect(conditions.find(({ type }) => type === 'Connected')?.status).toBe('False')
    expect(conditions.find(({ type }) => type === 'NodesReady')?.reason).toBe('Stale')
    proxy.pass()
    // The agent may be in the middle of its back-off, of at most 15 s.
    await eventually(async () => expect((await reasons())[0]).toMatch(/Connected|LinkRenewed/), { within: 20_000 })
    const back = await becomes('Running', BACK_WITHIN)
    await follows()
    expect(lists()).toEqual(before)
    console.info(fault, 'Unreachable after', away, 'ms; Running', back, 'ms after the link')
  },
)

test('connections that are half-open are found out', async () => {
  const before = lists()
  proxy.set({ kind: 'half-close', side: 'client' })
  proxy.pass()
  await eventually(async () => expect((await cluster()).phase).toBe('Running'), { within: 20_000 })
  await follows()
  expect(lists()).toEqual(before)
})

test('an agent that is killed is Unreachable within 15 s, and back when it is started again', async () => {
  const before = lists()
  await agent.kill()
  await becomes('Unreachable', UNREACHABLE_WITHIN)
  expect(await reasons()).toContain('ClosedByAgent')
  await agent.restart()
  await becomes('Running', 15_000)
  await follows()
  expect(lists()).toEqual(before)
})

test('a hub that is killed has its agents back, and goes on where it was', async () => {
  const before = lists()
  await hub.kill()
  await hub.restart()
  await becomes('Running', 30_000)
  await follows()
  expect(lists()).toEqual(before)
})

test('a hub that stood still for longer than any silence never says that its agents are away', async () => {
  const before = lists()
  process.kill(hub.pid, 'SIGSTOP')
  await new Promise(resolve => setTimeout(resolve, 60_000))
  process.kill(hub.pid, 'SIGCONT')
  await stays('Running', 10_000)
  await follows()
  expect(lists()).toEqual(before)
})
