import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import type { ConnectionEvent, Imported } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import type { AgentOutcome, CaRotation } from '@moorage/contract/roll-out.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type FaultProxy, startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** ms; a dial, a first look at the cluster, and the back-off between dials. */
const BACK = { within: 60_000, every: 250 }

const dir = mkdtempSync(join(tmpdir(), 'moorage-settings-'))
const stack = new AsyncDisposableStack()
let hub: HubProcess
/** The hub's other address. */
let moved: FaultProxy
const members: Record<string, ControlPlane> = {}
const agents: Record<string, AgentProcess> = {}

beforeAll(async () => {
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const names = ['east', 'west']
  const [started, ...planes] = await Promise.all([
    startHub({ dir: join(dir, 'hub') }),
    ...names.map(name => startControlPlane({ name })),
  ])
  hub = stack.use(started)
  moved = stack.use(await startFaultProxy({ port: Number(new URL(hub.url).port) }))
  for (const [index, name] of names.entries()) {
    const plane = stack.use(planes[index] as ControlPlane)
    const answer = await hub.fetch('/api/v1/imports', { method: 'POST', body: { name } })
    const { manifest } = (await answer.json()) as Imported
    members[name] = plane
    agents[name] = stack.use(await startAgent({ dir: join(dir, name), plane, manifest, pod: name }))
  }
  for (const name of names) await running(name)
}, 180_000)
afterAll(() => stack.disposeAsync())

const cluster = async (name: string) => (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as Cluster
const running = (name: string) =>
  eventually(async () => {
    const { phase, agent, conditions } = await cluster(name)
    expect({ phase, open: agent?.connections.length }, JSON.stringify(conditions)).toEqual({
      phase: 'Running',
      open: 1,
    })
  }, BACK)
const newest = async (name: string) => {
  const answer = await hub.fetch(`/api/v1/clusters/${name}/connections?limit=50`)
  const { items } = (await answer.json()) as { items: ConnectionEvent[] }
  return items.find(({ type }) => type === 'settings')
}
const kept = async (name: string) => {
  const { data } = await members[name]!.api.get('/api/v1/namespaces/moorage-system/secrets/moorage-agent')
  return data.settings === undefined ? null : JSON.parse(Buffer.from(data.settings, 'base64').toString())
}
/** Runs `moorage agent settings`: how it ended, and how each agent took it. */
async function settings(...args: string[]) {
  const { code, stdout, stderr } = await moorage(hub, ['agent', 'settings', ...args, '-o', 'json'])
  expect(stdout, stderr).not.toBe('')
  const { items } = JSON.parse(stdout) as { items: AgentOutcome[] }
  return { code, said: Object.fromEntries(items.map(({ cluster, ...rest }) => [cluster, rest])) }
}
const other = () => `https://localhost:${moved.port}`

test('an address at which nobody is, or somebody else, is tried by one agent and taken by none', async () => {
  const free = await startFaultProxy({ port: 1 })
  const nobody = `https://localhost:${free.port}`
  await free.close()
  const { code, said } = await settings('--url', nobody)
  expect(code).toBe(1)
  expect(said.east).toMatchObject({ outcome: 'refused', message: expect.stringContaining('refused') })
  expect(said.west).toMatchObject({ outcome: 'not-begun', message: expect.stringContaining('east before it failed') })
  expect([await kept('east'), await kept('west')]).toEqual([null, null])
  expect(await newest('east')).toMatchObject({ reason: 'SettingsRefused' })

  const stranger = join(dir, 'stranger.pem')
  writeFileSync(stranger, (await createCa('a stranger')).certPem)
  const wrong = await settings('--ca', stranger)
  expect(wrong.said.east).toMatchObject({ outcome: 'refused', message: expect.stringContaining('verified') })
  expect(wrong.said.west?.outcome).toBe('not-begun')
  for (const name of ['east', 'west']) await running(name)
  expect(await kept('east')).toBe(null)
})

test('where one agent can not keep them the roll-out pauses and says which', async () => {
  // Somebody took the agent's right to its own Secret.
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/moorage-system/roles/moorage-agent'
  const { rules } = await members.east!.api.get(path)
  const isSecret = (rule: { resources?: string[] }) => rule.resources?.includes('secrets')
  const less = rules.map((rule: { verbs: string[]; resources?: string[] }) =>
    isSecret(rule) ? { ...rule, verbs: rule.verbs.filter(verb => verb === 'get') } : rule,
  )
  await members.east!.api.patch(path, { rules: less })
  const { code, said } = await settings('--url', other())
  expect(code).toBe(1)
  expect(said.east).toMatchObject({ outcome: 'refused', message: expect.stringMatching(/secrets "moorage-agent"/) })
  expect(said.west).toMatchObject({ outcome: 'not-begun', message: expect.stringContaining('east') })
  await members.east!.api.patch(path, { rules })
})

test('an address that works is gone over to, and kept by an agent that starts anew', async () => {
  const dry = await settings('--url', other(), '--dry-run')
  expect([dry.code, dry.said.east?.outcome, await kept('east')]).toEqual([0, 'planned', null])
  const { code, said } = await settings('--url', other())
  expect(said).toMatchObject({ east: { outcome: 'done' }, west: { outcome: 'done' } })
  expect(code).toBe(0)
  expect(await kept('east')).toMatchObject({ hubUrl: `${other()}/` })
  expect(await newest('west')).toMatchObject({ reason: 'SettingsChanged' })
  // Both agents are there by the other address alone, once what ran by the old one has had its time.
  await eventually(async () => {
    for (const name of ['east', 'west']) {
      const { agent } = await cluster(name)
      const [{ busy = 0, idle = 0 } = {}] = agent?.connections ?? []
      expect(busy + idle, name).toBeGreaterThan(0)
    }
    const all = await Promise.all(['east', 'west'].map(cluster))
    const open = all
      .flatMap(({ agent }) => agent?.connections ?? [])
      .reduce((sum, { busy, idle }) => sum + busy + idle, 0)
    expect(moved.open).toBeGreaterThanOrEqual(open)
  }, BACK)
  const { accepted } = moved
  await agents.east!.restart()
  await eventually(() => moved.accepted > accepted, BACK)
  await running('east')
})

test('a change of CA by way of both loses no agent', async () => {
  const next = await createCa('the hub’s next CA')
  const before = readFileSync(hub.caPath, 'utf8')
  const both = join(dir, 'both.pem')
  const alone = join(dir, 'next.pem')
  writeFileSync(both, before + next.certPem)
  writeFileSync(alone, next.certPem)
  // Too early: nobody would find the hub by it.
  const early = await settings('--ca', alone)
  expect([early.said.east?.outcome, early.said.west?.outcome]).toEqual(['refused', 'not-begun'])

  const overlapping = await settings('--ca', both)
  expect(overlapping.said).toMatchObject({ east: { outcome: 'done' }, west: { outcome: 'done' } })
  const folder = join(dir, 'hub', 'data', 'tls')
  await hub.stop()
  writeFileSync(join(folder, 'ca.crt'), next.certPem)
  writeFileSync(join(folder, 'ca.key'), next.keyPem)
  await hub.restart()
  expect(readFileSync(hub.caPath, 'utf8').trim()).toBe(next.certPem.trim())
  for (const name of ['east', 'west']) await running(name)

  const last = await settings('--ca', alone)
  expect(last.said).toMatchObject({ east: { outcome: 'done' }, west: { outcome: 'done' } })
  expect(await kept('west')).toMatchObject({ hubUrl: `${other()}/`, ca: expect.not.stringContaining(before.trim()) })
  await agents.west!.restart()
  await running('west')
})

/** Runs `moorage hub rotate-ca`, and trusts what it says is to be trusted. */
async function rotateCa(...args: string[]) {
  const { code, stdout, stderr } = await moorage(hub, ['hub', 'rotate-ca', ...args, '-o', 'json'], {
    timeoutMs: 120_000,
  })
  if (stdout === '') return { code, stderr, stage: null, said: {}, message: '' }
  const done = JSON.parse(stdout) as CaRotation
  writeFileSync(hub.caPath, done.ca)
  return {
    ...done,
    code,
    stderr,
    said: Object.fromEntries(done.items.map(({ cluster, outcome }) => [cluster, outcome])),
  }
}
const issuer = () =>
  new Promise<string>((resolve, reject) => {
    const port = Number(new URL(hub.url).port)
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.issuer ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
  })

test('the hub changes its own CA: an agent that is away holds it up and is named, and none is lost', async () => {
  const before = await issuer()
  const early = await rotateCa('--finish')
  expect([early.code, early.stage]).toEqual([5, null])
  expect(early.stderr).toContain('No change of the CA is under way')
  expect((await rotateCa('--dry-run')).stage).toBe('settled')

  await agents.west!.kill()
  await eventually(async () => expect((await cluster('west')).agent?.connections).toEqual([]), BACK)
  const held = await rotateCa()
  expect(held).toMatchObject({ code: 1, stage: 'begun', said: { east: 'done', west: 'away' } })
  expect(held.message).toContain('not taken yet by west (away)')
  expect(await issuer()).toBe(before)
  expect((await rotateCa('--finish')).stderr).toContain('still answers with the old CA')

  await agents.west!.restart()
  await running('west')
  const over = await rotateCa()
  expect(over).toMatchObject({ code: 0, stage: 'switched', said: { east: 'nothing-to-do', west: 'done' } })
  const after = await issuer()
  expect(after).not.toBe(before)
  await hub.restart()
  expect(await issuer()).toBe(after)
  for (const name of ['east', 'west']) await running(name)

  const done = await rotateCa('--finish')
  expect(done).toMatchObject({ code: 0, stage: 'settled', said: { east: 'done', west: 'done' } })
  expect(await kept('east')).toMatchObject({ ca: readFileSync(hub.caPath, 'utf8') })
  for (const name of ['east', 'west']) await agents[name]!.restart()
  for (const name of ['east', 'west']) await running(name)
})
