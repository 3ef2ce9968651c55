import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImportStep } from '@moorage/contract/agent.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Edge, startEdge, UNREACHABLE_WITHIN } from './fixtures/edge.ts'

/** ms; design §2: an agent that dials again is Running within 5 s. */
const BACK_WITHIN = 5_000
const AUDIT_POLICY =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata, verbs: [list]}]\n'

let edge: Edge

beforeAll(async () => {
  edge = await startEdge('tunnel', {
    embedded: true,
    apiServerArgs: dir => {
      const policy = join(dir, 'policy.yaml')
      writeFileSync(policy, AUDIT_POLICY)
      return [`--audit-policy-file=${policy}`, `--audit-log-path=${join(dir, 'audit.log')}`]
    },
  })
}, 120_000)
afterAll(() => edge?.[Symbol.asyncDispose]())
afterEach(() => edge.settles())

/** Fails where the cluster is anything else at any time. */
const stays = async (phase: string, ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until) {
    expect((await edge.cluster()).phase).toBe(phase)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
const reasons = async () => (await edge.events()).map(({ reason }) => reason)
const lists = () =>
  readFileSync(join(edge.dir, 'audit.log'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as { user: { username: string }; requestURI: string })
    .filter(
      ({ user, requestURI }) => user.username.includes('moorage-agent') && !/limit=1(&|$)|metrics/.test(requestURI),
    )
    .map(({ requestURI }) => requestURI)

test('an imported cluster is Running, step by step', async () => {
  await eventually(
    async () => {
      const answer = await edge.hub.fetch('/api/v1/clusters/edge/import')
      const { steps } = (await answer.json()) as { steps: ImportStep[] }
      expect(steps.filter(({ status }) => status !== 'ok')).toEqual([])
    },
    { within: 30_000 },
  )
  const { conditions, agent: info, uid } = await edge.cluster()
  expect(uid).toMatch(/-/)
  expect(info).toMatchObject({ mode: 'read-only', version: '0.1.0' })
  expect(conditions.find(({ type }) => type === 'Connected')).toMatchObject({ status: 'True', reason: 'Tunnel' })
  expect(conditions.find(({ type }) => type === 'AgentCurrent')).toMatchObject({ status: 'True' })
  await edge.follows()
  expect(lists().length).toBeGreaterThan(10)
})

test('connections that are cut are dialled anew at once: nobody notices, and nothing is listed again', async () => {
  const before = lists()
  edge.proxy.resetOpen()
  await stays('Running', 6_000)
  await edge.follows()
  expect(lists()).toEqual(before)
})

test.each(['cut', 'stall'] as const)(
  'a way that is %s is Unreachable within 15 s, back within 5 s, and nothing is listed again',
  async fault => {
    const before = lists()
    edge.proxy[fault]()
    const away = await edge.becomes('Unreachable', UNREACHABLE_WITHIN)
    const { conditions } = await edge.cluster()
    expect(conditions.find(({ type }) => type === 'Connected')?.status).toBe('False')
    expect(conditions.find(({ type }) => type === 'NodesReady')?.reason).toBe('Stale')
    edge.proxy.pass()
    // The agent may be in the middle of its back-off, of at most 15 s.
    await eventually(async () => expect((await reasons())[0]).toMatch(/Connected|LinkRenewed/), { within: 20_000 })
    const back = await edge.becomes('Running', BACK_WITHIN)
    await edge.follows()
    expect(lists()).toEqual(before)
    console.info(fault, 'Unreachable after', away, 'ms; Running', back, 'ms after the link')
  },
)

test('connections that are half-open are found out', async () => {
  const before = lists()
  edge.proxy.set({ kind: 'half-close', side: 'client' })
  edge.proxy.pass()
  await eventually(async () => expect((await edge.cluster()).phase).toBe('Running'), { within: 20_000 })
  await edge.follows()
  expect(lists()).toEqual(before)
})

test('an agent that is killed is Unreachable within 15 s, and back when it is started again', async () => {
  const before = lists()
  await edge.agent.kill()
  await edge.becomes('Unreachable', UNREACHABLE_WITHIN)
  expect(await reasons()).toContain('ClosedByAgent')
  await edge.agent.restart()
  await edge.becomes('Running', 15_000)
  await edge.follows()
  expect(lists()).toEqual(before)
})

test('a hub that is killed has its agents back, and goes on where it was', async () => {
  const before = lists()
  await edge.hub.kill()
  await edge.hub.restart()
  await edge.becomes('Running', 30_000)
  await edge.follows()
  expect(lists()).toEqual(before)
})

test('a hub that stood still for longer than any silence never says that its agents are away', async () => {
  const before = lists()
  process.kill(edge.hub.pid, 'SIGSTOP')
  await new Promise(resolve => setTimeout(resolve, 60_000))
  process.kill(edge.hub.pid, 'SIGCONT')
  await stays('Running', 10_000)
  await edge.follows()
  expect(lists()).toEqual(before)
})
