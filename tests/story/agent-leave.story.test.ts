import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Imported, ProofReport } from '@moorage/contract/agent.ts'
import type { Cluster, Mode, Receipt } from '@moorage/contract/cluster.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { DUMP_EVERY, dump, dumpDifference, lastingDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'moorage-leave-'))
let member: ControlPlane
let hub: HubProcess
/** The member as it was before any import. */
let before: Awaited<ReturnType<typeof dumpAtRest>>

beforeAll(async () => {
  ;[member, hub] = await Promise.all([
    startControlPlane({ name: 'leave', scheduler: false }),
    startHub({ dir: join(dir, 'hub') }),
  ])
  before = await dumpAtRest(member.api)
}, 120_000)

afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

/** Each in a namespace of its own, so that none waits until that of the one before is gone. */
const inNamespace = (name: string) => ({ agent: { namespace: `agent-${name}` } })

/** Imports the member and waits until it runs, in its mode. */
async function importAs(name: string, mode: Mode): Promise<AgentProcess> {
  const imported = await hub.fetch('/api/v1/imports', {
    method: 'POST',
    body: { name, mode, ...inNamespace(name) },
  })
  expect(imported.status).toBe(201)
  const { manifest } = (await imported.json()) as Imported
  const agent = await startAgent({ dir: join(dir, name), plane: member, manifest, pod: `${name}-1` })
  await eventually(
    async () => {
      const cluster = (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as Cluster
      const steps = (await (await hub.fetch(`/api/v1/clusters/${name}/import`)).json()) as { done: boolean }
      expect([cluster.phase, cluster.mode, steps.done]).toEqual(['Running', mode, true])
    },
    { within: 60_000 },
  )
  return agent
}

const disconnect = (name: string, body: object = {}) =>
  hub.fetch(`/api/v1/clusters/${name}/disconnect`, { method: 'POST', body })
/** Namespaces end in their own time: they are not waited for until the end. */
const expectAsBefore = async (difference = lastingDifference) => {
  const differs = async () => expect(difference(before, await dump(member.api))).toEqual([])
  await eventually(differs, { within: 60_000, every: DUMP_EVERY })
}

test.each(['read-only', 'full'] as const)(
  'a %s cluster proves its walls, and leaves no trace',
  { timeout: 180_000 },
  async mode => {
    await using agent = await importAs(mode, mode)
    const report = (await (await hub.fetch(`/api/v1/clusters/${mode}/prove`, { method: 'POST' })).json()) as ProofReport
    const passed = report.proofs.flatMap(({ name, walls }) =>
      walls.filter(({ outcome }) => outcome !== 'refused').map(wall => ({ name, ...wall })),
    )
    expect(passed).toEqual([])
    expect(report).toMatchObject({ mode, holds: true })
    const answer = await disconnect(mode)
    const receipt = (await answer.json()) as Receipt
    expect(answer.status, JSON.stringify(receipt)).toBe(200)
    expect(receipt).toMatchObject({ name: mode, forced: false, owed: [] })
    expect(receipt.removed.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Namespace', 'ClusterRole', 'Deployment']),
    )
    await agent.ended
    await expectAsBefore()
  },
)

test('an agent that comes back after a forced removal removes itself', { timeout: 180_000 }, async () => {
  await using agent = await importAs('forced', 'read-only')
  await agent.kill()
  const answer = await disconnect('forced', { force: true })
  const receipt = (await answer.json()) as Receipt
  expect(receipt.forced).toBe(true)
  expect(receipt.owed.map(({ kind }) => kind)).toContain('Deployment')
  await agent.restart()
  await agent.ended
  await expectAsBefore()
})

test('a disconnect that found the agent away is finished when it is back', { timeout: 180_000 }, async () => {
  await using agent = await importAs('away', 'read-only')
  await agent.kill()
  await eventually(async () => expect((await disconnect('away')).status).toBe(503), { within: 30_000 })
  const cluster = (await (await hub.fetch('/api/v1/clusters/away')).json()) as Cluster
  expect(cluster.phase).toBe('Disconnecting')
  await agent.restart()
  await agent.ended
  await eventually(async () => expect((await hub.fetch('/api/v1/clusters/away')).status).toBe(404), { within: 30_000 })
  await expectAsBefore()
})

test('a cluster moves from its kubeconfig to an agent and back, and its agent goes', { timeout: 180_000 }, async () => {
  const kubeconfig = readFileSync(member.kubeconfigPath, 'utf8')
  const body = { name: 'moving', kubeconfig, labels: { env: 'prod' } }
  expect((await hub.fetch('/api/v1/clusters', { method: 'POST', body })).status).toBe(201)
  const moving = async () => (await (await hub.fetch('/api/v1/clusters/moving')).json()) as Cluster
  const { id } = await moving()
  const becomes = (connection: string) =>
    eventually(
      async () => expect(await moving()).toMatchObject({ id, connection, phase: 'Running', labels: { env: 'prod' } }),
      { within: 60_000 },
    )
  await becomes('direct')
  const offered = await hub.fetch('/api/v1/clusters/moving/agent', { method: 'POST', body: {} })
  const { manifest } = (await offered.json()) as Imported
  await using agent = await startAgent({ dir: join(dir, 'moving'), plane: member, manifest, pod: 'moving-1' })
  await becomes('agent')
  expect((await moving()).credential).toBeNull()
  const back = await hub.fetch('/api/v1/clusters/moving/kubeconfig', { method: 'PUT', body: { kubeconfig } })
  expect(back.status, await back.text()).toBe(200)
  await agent.ended
  await becomes('direct')
  await expectAsBefore()
  expect((await disconnect('moving')).status).toBe(200)
})

test('and of all these, nothing is left', () => expectAsBefore(dumpDifference))
