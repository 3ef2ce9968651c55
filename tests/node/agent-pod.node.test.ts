import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Imported, ImportStep } from '@moorage/contract/agent.ts'
import type { Cluster, Receipt } from '@moorage/contract/cluster.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { canRunKubelet, type Kubelet, startKubelet } from '@moorage/testkit/kubelet.ts'
import { serveApiService } from '@moorage/testkit/service-address.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

/** The name as containerd keeps it. */
const IMAGE = 'docker.io/moorage/agent:test'
const builder = fileURLToPath(new URL('../../deploy/src/main.ts', import.meta.url))
/** ms; a pod's start and a first inventory on a machine that does other things too. */
const SLOWLY = { within: 90_000, every: 250 }

const can = canRunKubelet()
const stack = new AsyncDisposableStack()
const dir = mkdtempSync(join(tmpdir(), 'moorage-pod-'))
let member: ControlPlane
let kubelet: Kubelet
let hub: HubProcess
beforeAll(async () => {
  if (!can.ok) return
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  member = stack.use(await startControlPlane({ name: 'pod' }))
  kubelet = stack.use(await startKubelet(member))
  stack.use(await serveApiService(member))
  const image = join(dir, 'agent.tar')
  execFileSync(process.execPath, [builder, 'agent', '--out', image, '--name', IMAGE], { stdio: 'pipe' })
  kubelet.loadImage(image)
  hub = stack.use(await startHub({ dir: join(dir, 'hub'), host: kubelet.address }))
})
afterAll(() => stack.disposeAsync())
// Counted as not run, which fails a full run: never silent.
beforeEach(context => {
  if (!can.ok) context.skip(can.reason)
})

const json = async <T>(path: string, init?: Parameters<HubProcess['fetch']>[1]) =>
  (await (await hub.fetch(path, init)).json()) as T
const cluster = () => json<Cluster>('/api/v1/clusters/real')
const run = async (args: string[], input?: string) => {
  const { code, stdout, stderr } = await kubectl(member.kubeconfigPath, args, input === undefined ? {} : { input })
  expect(code, stderr).toBe(0)
  return stdout
}
const pods = async () => {
  const { items } = JSON.parse(await run(['get', 'pods', '-n', 'moorage-system', '-o', 'json']))
  return items as { metadata: { name: string; deletionTimestamp?: string }; status: { phase: string } }[]
}

test('the printed manifest runs as a real pod that imports its cluster', async () => {
  const imported = await json<Imported>('/api/v1/imports', {
    method: 'POST',
    body: { name: 'real', agent: { image: IMAGE } },
  })
  await run(['apply', '-f', '-'], imported.manifest)
  await eventually(async () => {
    const { done, steps } = await json<{ done: boolean; steps: ImportStep[] }>('/api/v1/clusters/real/import')
    expect(done, JSON.stringify(steps)).toBe(true)
  }, SLOWLY)
  expect(await cluster()).toMatchObject({ phase: 'Running', connection: 'agent', mode: 'read-only', nodeCount: 1 })
  const [pod] = await pods()
  const inside = await json<{ items: { name: string }[] }>('/api/v1/clusters/real/objects?kind=Pod')
  expect(inside.items.map(({ name }) => name)).toContain(pod?.metadata.name)
})

test('it is not root, and its root filesystem can not be written', async () => {
  const [pod] = await pods()
  const { spec } = JSON.parse(await run(['get', 'pod', '-n', 'moorage-system', pod?.metadata.name ?? '', '-o', 'json']))
  const [container] = spec.containers
  expect({ ...spec.securityContext, ...container.securityContext }).toMatchObject({
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
  })
  // The namespace would not take it otherwise.
  await run(['label', 'namespace', 'moorage-system', 'pod-security.kubernetes.io/enforce=restricted', '--overwrite'])
})

test('it survives the deletion of its pod, under the rules of restricted pods', async () => {
  const [before] = await pods()
  await run(['delete', 'pod', '-n', 'moorage-system', before?.metadata.name ?? '', '--wait=false'])
  await eventually(async () => {
    const now = (await pods()).filter(({ metadata }) => !metadata.deletionTimestamp)
    expect(now.map(({ status }) => status.phase)).toEqual(['Running'])
    expect(now[0]?.metadata.name).not.toBe(before?.metadata.name)
    const { phase, agent } = await cluster()
    expect({ phase, agents: agent?.connections.map(each => each.agent) }).toEqual({
      phase: 'Running',
      agents: [now[0]?.metadata.name],
    })
  }, SLOWLY)
})

test('after a disconnect it is gone, with its namespace and its rights', async () => {
  const receipt = await json<Receipt>('/api/v1/clusters/real/disconnect', { method: 'POST', body: {} })
  expect(receipt).toMatchObject({ name: 'real', forced: false, owed: [] })
  await eventually(async () => {
    const left = await run(['get', 'namespaces,clusterroles,clusterrolebindings', '-o', 'name'])
    expect(left.split('\n').filter(line => line.includes('moorage'))).toEqual([])
  }, SLOWLY)
})
