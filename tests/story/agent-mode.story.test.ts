import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentManifest, Imported } from '@moorage/contract/agent.ts'
import type { Cluster, Mode } from '@moorage/contract/cluster.ts'
import { applyManifest, startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'moorage-mode-'))
let member: ControlPlane
let hub: HubProcess

beforeAll(async () => {
  ;[member, hub] = await Promise.all([startControlPlane({ name: 'mode' }), startHub({ dir: join(dir, 'hub') })])
}, 120_000)

afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

const cluster = async () => (await (await hub.fetch('/api/v1/clusters/edge')).json()) as Cluster
const settles = (mode: Mode, within: number) =>
  eventually(
    async () => {
      const { phase, mode: seen, agent, conditions } = await cluster()
      const verified = conditions.find(({ type }) => type === 'ModeVerified')
      expect({ phase, seen, agent: agent?.mode, verified: verified?.status }, verified?.message).toEqual({
        phase: 'Running',
        seen: mode,
        agent: mode,
        verified: 'True',
      })
    },
    { within },
  )
const migrate = async (mode: Mode) => {
  const answer = await hub.fetch('/api/v1/clusters/edge/migrate', { method: 'POST', body: { mode } })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as AgentManifest).manifest
}

test('the mode follows what the owner of the member applied, up and down', { timeout: 180_000 }, async () => {
  const imported = await hub.fetch('/api/v1/imports', { method: 'POST', body: { name: 'edge' } })
  const { manifest } = (await imported.json()) as Imported
  const at = { dir: join(dir, 'agent'), plane: member, pod: 'agent-1' }
  {
    await using _agent = await startAgent({ ...at, manifest })
    await settles('read-only', 60_000)
    // The manifest of mode full is asked for, and nothing changes until it is applied.
    const full = await migrate('full')
    expect((await cluster()).mode).toBe('read-only')
    // Rights alone are not enough: the agent still lets nothing through but reads.
    await applyManifest(member, full)
    expect((await cluster()).mode).toBe('read-only')
  }
  {
    await using _agent = await startAgent({ ...at, manifest: await migrate('full') })
    await settles('full', 30_000)
  }
  await using _agent = await startAgent({ ...at, manifest: await migrate('read-only') })
  await settles('read-only', 30_000)
})

test('an agent that runs in mode full without the rights of it leaves the mode as it is', {
  timeout: 120_000,
}, async () => {
  const full = await migrate('full')
  // The role is left out: an owner who gives less than what was asked for.
  const less = full
    .split(/^---$/m)
    .filter(document => !/^kind: ClusterRole$/m.test(document))
    .join('---')
  await using _agent = await startAgent({ dir: join(dir, 'less'), plane: member, manifest: less, pod: 'agent-2' })
  await eventually(
    async () => {
      const { agent, conditions, phase, mode } = await cluster()
      expect({ mode, phase, said: agent?.mode }).toEqual({ mode: 'read-only', phase: 'Warning', said: 'full' })
      expect(conditions.find(({ type }) => type === 'ModeVerified')?.reason).toBe('FullNotGranted')
    },
    { within: 30_000 },
  )
})
