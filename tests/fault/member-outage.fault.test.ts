import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** ms; design §2: silence becomes Unreachable within 15 s, and the issue: back within 5 s of answering. */
const UNREACHABLE_WITHIN = 15_000
const BACK_WITHIN = 5_000

const dir = mkdtempSync(join(tmpdir(), 'moorage-outage-'))
let member: ControlPlane
let hub: HubProcess

beforeAll(async () => {
  member = await startControlPlane({ name: 'outage' })
  hub = await startHub({ dir })
  const answer = await hub.fetch('/api/v1/clusters', {
    method: 'POST',
    body: { name: 'outage', kubeconfig: member.kubeconfig },
  })
  expect(answer.status).toBe(201)
  await becomes('Running', 30_000)
  await eventually(async () => expect(await nodeAndNamespaceCount()).toEqual([0, 4]), { within: 30_000 }) // all was read
})

afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

const cluster = async () => (await (await hub.fetch('/api/v1/clusters/outage')).json()) as Cluster
const becomes = (phase: string, within: number) =>
  eventually(
    async () => {
      const seen = await cluster()
      expect(seen.phase, JSON.stringify(seen.conditions)).toBe(phase)
    },
    { within },
  )

test('a member that goes silent is Unreachable within 15 s, and Running within 5 s of answering again', async () => {
  member.freeze()
  await becomes('Unreachable', UNREACHABLE_WITHIN)
  const { conditions, lastSeen } = await cluster()
  const reachable = conditions.find(condition => condition.type === 'APIServerReachable')
  expect(['False', 'Unknown']).toContain(reachable?.status)
  expect(reachable?.message).toMatch(/[a-z]+ [a-z]+/)
  expect(Date.now() - Date.parse(lastSeen as string)).toBeGreaterThan(3_000)
  member.thaw()
  await becomes('Running', BACK_WITHIN)
})

test('a member whose API server is stopped is Unreachable within 15 s, keeps its inventory, and comes back', async () => {
  const before = await nodeAndNamespaceCount()
  await member.stopApiServer()
  await becomes('Unreachable', UNREACHABLE_WITHIN)
  expect(await nodeAndNamespaceCount()).toEqual(before)
  await member.startApiServer()
  await becomes('Running', BACK_WITHIN + 5_000) // the API server itself takes some seconds to answer reads
  await kubectl(member.kubeconfigPath, ['create', 'namespace', 'after-outage'])
  await eventually(async () => expect((await namespaces()).map(item => item.name)).toContain('after-outage'), {
    within: 40_000,
  })
})

test('disconnect and delete answer at once while the member is gone', async () => {
  await member.stopApiServer()
  await becomes('Unreachable', UNREACHABLE_WITHIN)
  const refused = await hub.fetch('/api/v1/clusters/outage', { method: 'DELETE' })
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ code: 'delete_not_allowed', fix: expect.stringMatching(/disconnect/) })
  const start = performance.now()
  const receipt = await hub.fetch('/api/v1/clusters/outage/disconnect', { method: 'POST', body: {} })
  expect(receipt.status).toBe(200)
  expect(performance.now() - start).toBeLessThan(5_000)
  expect((await hub.fetch('/api/v1/clusters/outage')).status).toBe(404)
})

const namespaces = async () =>
  ((await (await hub.fetch('/api/v1/clusters/outage/objects?kind=Namespace')).json()) as { items: { name: string }[] })
    .items
const nodeAndNamespaceCount = async () => [(await cluster()).nodeCount, (await namespaces()).length]
