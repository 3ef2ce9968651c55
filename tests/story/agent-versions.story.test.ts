import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster } from '@moorage/contract/cluster.ts'
import type { AgentOutcome } from '@moorage/contract/roll-out.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordedAgent, type Spoken, spokenBy } from './fixtures/recorded-agent.ts'

/** The oldest version whose words the hub has to understand, and each since that said something otherwise. */
const versions = ['0.1.0']
/** ms; a hub on a busy machine reads and stores a first inventory. */
const SLOWLY = { within: 60_000, every: 200 }

const dir = mkdtempSync(join(tmpdir(), 'moorage-versions-'))
let hub: HubProcess
beforeAll(async () => {
  hub = await startHub({ dir: join(dir, 'hub') })
}, 120_000)
afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
})

const json = async <T>(path: string) => (await (await hub.fetch(path)).json()) as T
const cluster = (name: string) => json<Cluster>(`/api/v1/clusters/${name}`)
const condition = ({ conditions }: Cluster, type: string) => conditions.find(one => one.type === type)
/** It is connected, answers, and all of its inventory was read. */
async function works(name: string): Promise<Cluster> {
  await eventually(async () => {
    const now = await cluster(name)
    const statuses = ['Connected', 'APIServerReachable', 'InventorySynced'].map(type => condition(now, type)?.status)
    expect(statuses, JSON.stringify(now.conditions)).toEqual(['True', 'True', 'True'])
    expect(['Running', 'Warning']).toContain(now.phase)
  }, SLOWLY)
  const { items } = await json<{ items: { name: string }[] }>(`/api/v1/clusters/${name}/objects?kind=Namespace`)
  expect(items.map(one => one.name)).toContain('moorage-system')
  return cluster(name)
}
/** The same words with one member more, less or otherwise. */
const changed = (text: string, change: (message: Record<string, unknown>) => object) => {
  const message = JSON.parse(text) as Record<string, unknown>
  return JSON.stringify(change(message))
}

test.each(versions)('an agent that speaks as %s did is understood, and understands', async version => {
  const name = `said-${version.replaceAll('.', '-')}`
  await using agent = await recordedAgent({ hub, name, spoken: spokenBy(version) })
  expect((await works(name)).agent).toMatchObject({ version, mode: 'read-only', proxied: false })
  // What the hub says on the link has a type, and the first is its welcome.
  await eventually(() => expect(agent.heard.length).toBeGreaterThan(1), SLOWLY)
  const types = agent.heard.map(line => JSON.parse(line).type)
  expect(types[0]).toBe('welcome')
  expect(types.filter(type => !['welcome', 'ping', 'want', 'drain'].includes(type))).toEqual([])

  const proof = await moorage(hub, ['cluster', 'prove', name, '-o', 'json'])
  expect(proof.stdout, proof.stderr).toContain('it is none of the paths at which Moorage reads')
  const settings = await moorage(hub, ['agent', 'settings', name, '--url', 'https://x.example', '-o', 'json'])
  const [taken] = (JSON.parse(settings.stdout) as { items: AgentOutcome[] }).items
  expect(taken).toMatchObject({ outcome: 'refused', message: 'Neither hubUrl nor ca was given.' })
})

test('what an agent does not know how to do is said with what to do about it', async () => {
  const { 'POST /-/moorage/prove': _, ...answers } = spokenBy('0.1.0').answers
  const spoken: Spoken = { ...spokenBy('0.1.0'), answers }
  await using _agent = await recordedAgent({ hub, name: 'cannot-prove', spoken })
  await works('cannot-prove')
  const { stdout, stderr } = await moorage(hub, ['cluster', 'prove', 'cannot-prove'])
  expect(stdout + stderr).toMatch(/agent does not know “prove”.*moorage agent upgrade/s)
})

test('an agent that says more than the hub knows is taken for what the hub knows', async () => {
  const spoken = spokenBy('0.1.0')
  const [hello = '', ping = ''] = spoken.link.says
  const more: Spoken = {
    ...spoken,
    link: { ...spoken.link, says: [`${hello}\n{"type":"weather","is":"fine"}`, `${ping}\n{"type":"weather"}`] },
    inventory: {
      ...spoken.inventory,
      lines: ['{"type":"weather","is":"fine"}', '{"type":"list-start","kind":"Pigeon"}', ...spoken.inventory.lines],
    },
  }
  const edit = (text: string) =>
    text
      .split('\n')
      .map(line => changed(line, message => ({ ...message, later: { than: 'this' } })))
      .join('\n')
  await using _agent = await recordedAgent({ hub, name: 'says-more', spoken: more, edit })
  await works('says-more')
})

test('an agent that says less has what the first version had', async () => {
  const edit = (text: string) => changed(text, ({ proxied: _proxied, spares: _spares, ...message }) => message)
  await using _agent = await recordedAgent({ hub, name: 'says-less', spoken: spokenBy('0.1.0'), edit })
  expect((await works('says-less')).agent).toMatchObject({ proxied: false })
})

test('an agent that reads fewer kinds than the hub keeps is read to its end', async () => {
  const spoken = spokenBy('0.1.0')
  const kept = spoken.inventory.lines.filter(line => !line.includes('"CronJob"') || line.includes('"kinds"'))
  const lines = kept.map(line => line.replace('"CronJob",', ''))
  await using _agent = await recordedAgent({
    hub,
    name: 'reads-less',
    spoken: { ...spoken, inventory: { ...spoken.inventory, lines } },
  })
  await works('reads-less')
})

test.each([
  ['newer', '99.0.0', 'Newer', /Upgrade the hub/],
  ['unknown', 'nightly', 'Differs', /moorage agent upgrade/],
])('an agent of %s version is told apart, with what to do', async (which, version, reason, words) => {
  const edit = (text: string) => text.replace('"version":"0.1.0"', `"version":"${version}"`)
  await using _agent = await recordedAgent({ hub, name: which, spoken: spokenBy('0.1.0'), edit })
  await works(which)
  const now = await cluster(which)
  expect(condition(now, 'AgentCurrent')).toMatchObject({ status: 'False', reason })
  expect(condition(now, 'AgentCurrent')?.message).toMatch(words)
})
