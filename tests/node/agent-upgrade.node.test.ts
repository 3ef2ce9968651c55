import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Imported } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import type { AgentOutcome } from '@moorage/contract/roll-out.ts'
import { applyManifest, startAgent } from '@moorage/testkit/agent-process.ts'
import { writeImage } from '@moorage/testkit/container-image.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { canRunKubelet, type Kubelet, startKubelet } from '@moorage/testkit/kubelet.ts'
import { serveApiService } from '@moorage/testkit/service-address.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const builder = fileURLToPath(new URL('../../deploy/src/main.ts', import.meta.url))
const NOW = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version as string
/** What the agents have at first. */
const OLD = '0.0.9'
/** A registry that nobody is at: what is not loaded into the node can not be pulled. */
const IMAGE = '127.0.0.1:1/moorage/agent'
/** ms; a pod's start and a first inventory on a machine that does other things too. */
const SLOWLY = { within: 120_000, every: 250 }

const can = canRunKubelet()
const stack = new AsyncDisposableStack()
const dir = mkdtempSync(join(tmpdir(), 'moorage-upgrade-'))
let real: ControlPlane
let kubelet: Kubelet
let hub: HubProcess

/** An image of the agent that says it has this version. */
function load(version: string): void {
  const file = join(dir, `${version}.tar`)
  writeImage(file, {
    name: `${IMAGE}:${version}`,
    root: filled(version),
    entrypoint: ['/usr/bin/node', '/app/agent.mjs'],
    user: '65532:65532',
  })
  kubelet.loadImage(file)
}
const filled = (version: string) => {
  const folder = join(dir, 'image')
  const program = join(folder, 'app/agent.mjs')
  const text = readFileSync(join(dir, 'agent.mjs'), 'utf8')
  const said = text.replace(`version = "${NOW}"`, `version = "${version}"`)
  if (version !== NOW) expect(said).not.toBe(text)
  writeFileSync(program, said)
  return folder
}

beforeAll(async () => {
  if (!can.ok) return
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  real = stack.use(await startControlPlane({ name: 'upgrade' }))
  kubelet = stack.use(await startKubelet(real))
  stack.use(await serveApiService(real))
  execFileSync(process.execPath, [builder, 'agent', '--folder', join(dir, 'image')], { stdio: 'pipe' })
  writeFileSync(join(dir, 'agent.mjs'), readFileSync(join(dir, 'image/app/agent.mjs')))
  load(OLD)
  const args = ['--agent-image', IMAGE]
  hub = stack.use(await startHub({ dir: join(dir, 'hub'), host: kubelet.address, args }))
})
afterAll(() => stack.disposeAsync())
// Counted as not run, which fails a full run: never silent.
beforeEach(context => {
  if (!can.ok) context.skip(can.reason)
})

const cluster = async (name: string) => (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as Cluster
const agentCurrent = async (name: string) =>
  (await cluster(name)).conditions.find(({ type }) => type === 'AgentCurrent')
/** Imports a cluster in mode full; gives the manifest as the hub of the version before gave it out. */
async function oldManifest(name: string): Promise<string> {
  const answer = await hub.fetch('/api/v1/imports', { method: 'POST', body: { name, mode: 'full' } })
  const { manifest } = (await answer.json()) as Imported
  expect(manifest).toContain(`${IMAGE}:${NOW}`)
  return manifest.replaceAll(`${IMAGE}:${NOW}`, `${IMAGE}:${OLD}`)
}
const joins = (name: string) =>
  eventually(async () => {
    const { phase, mode, agent, conditions } = await cluster(name)
    const seen = { phase, mode, version: agent?.version }
    expect(seen, JSON.stringify(conditions)).toEqual({ phase: 'Running', mode: 'full', version: OLD })
  }, SLOWLY)
/** The agent's pods that are not on their way out, and the image that its Deployment has. */
async function inMember() {
  const { items } = await real.api.get('/api/v1/namespaces/moorage-system/pods')
  const { spec } = await real.api.get('/apis/apps/v1/namespaces/moorage-system/deployments/moorage-agent')
  const names = items.flatMap((pod: { metadata: { name: string; deletionTimestamp?: string } }) =>
    pod.metadata.deletionTimestamp ? [] : [pod.metadata.name],
  ) as string[]
  return { names, image: spec.template.spec.containers[0].image as string }
}
async function upgrade(wait: string, ...names: string[]) {
  const args = ['agent', 'upgrade', ...names, '--wait', wait, '-o', 'json']
  const { code, stdout, stderr } = await moorage(hub, args, { timeoutMs: 240_000 })
  expect(stdout, stderr).not.toBe('')
  const { items } = JSON.parse(stdout) as { items: AgentOutcome[] }
  return { code, said: Object.fromEntries(items.map(item => [item.cluster, item])) }
}

test('agents of the version before join, and it is said that they are older', { timeout: 240_000 }, async () => {
  await applyManifest(real, await oldManifest('real'))
  await joins('real')
  const plane = stack.use(await startControlPlane({ name: 'second' }))
  const entry = join(dir, 'second.mjs')
  writeFileSync(entry, readFileSync(join(filled(OLD), 'app/agent.mjs')))
  stack.use(await startAgent({ dir: join(dir, 'second'), plane, manifest: await oldManifest('second'), entry }))
  await joins('second')
  expect(await agentCurrent('real')).toMatchObject({ status: 'False', reason: 'Older' })
  expect((await agentCurrent('real'))?.message).toContain('moorage agent upgrade')
})

test('an image that is not there costs no agent: it is said why, taken back, and nobody else is upgraded', {
  timeout: 300_000,
}, async () => {
  const before = await inMember()
  const tunnels = async () => (await cluster('real')).agent?.connections.map(({ agent, since }) => ({ agent, since }))
  const held = await tunnels()
  const seen = new Set<string>()
  const upgrading = upgrade('60s', 'real', 'second')
  let over = false
  void upgrading.finally(() => {
    over = true
  })
  await eventually(async () => {
    seen.add((await cluster('real')).phase)
    for (const name of (await inMember()).names) seen.add(name)
    return over
  }, SLOWLY)
  const { code, said } = await upgrading
  expect(code).toBe(1)
  expect(said.real).toMatchObject({ outcome: 'refused', message: expect.stringContaining('in 60 s') })
  expect(said.real?.message).toMatch(/The pod moorage-agent-\S+ waits: (ImagePullBackOff|ErrImagePull)/)
  expect(said.real?.message).toContain(`${IMAGE}:${OLD} is back`)
  expect(said.second).toMatchObject({ outcome: 'not-begun', message: expect.stringContaining('real before it failed') })
  // There was a second pod, and the first one served all along.
  expect(seen.size).toBeGreaterThan(before.names.length + 1)
  expect([...seen].filter(each => !each.startsWith('moorage-agent'))).toEqual(['Running'])
  expect(await tunnels()).toEqual(held)
  await eventually(async () => expect(await inMember()).toEqual(before), SLOWLY)
})

test('an image that is there comes up beside the old pod and takes its place', { timeout: 300_000 }, async () => {
  const before = await inMember()
  load(NOW)
  const { code, said } = await upgrade('120s', 'real')
  expect(code).toBe(0)
  expect(said.real).toMatchObject({ outcome: 'done', message: expect.stringContaining(NOW) })
  expect((await cluster('real')).agent?.version).toBe(NOW)
  await eventually(async () => {
    const { names, image } = await inMember()
    expect(image).toBe(`${IMAGE}:${NOW}`)
    expect(names).toHaveLength(1)
    expect(names).not.toEqual(before.names)
    const { phase, agent } = await cluster('real')
    const connected = agent?.connections.map(each => each.agent)
    expect({ phase, connected }).toEqual({ phase: 'Running', connected: names })
    expect(await agentCurrent('real')).toMatchObject({ status: 'True', reason: 'Current' })
  }, SLOWLY)
})
