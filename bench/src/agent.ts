import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Imported } from '@moorage/contract/agent.ts'
import type { Cluster } from '@moorage/contract/cluster.ts'
import { bundle } from '@moorage/deploy/src/bundle.ts'
import { images } from '@moorage/deploy/src/images.ts'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import { createInBulk } from '@moorage/testkit/bulk.ts'
import { startControlPlane } from '@moorage/testkit/control-plane.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { processMemory } from './memory.ts'
import { numberOption } from './option.ts'
import { type Figure, report } from './report.ts'

/** ms after the inventory is whole in which nothing happens in the cluster: the process comes to rest, then it is measured. */
const SETTLE = 15_000
const IDLE = 30_000
/** ms; far above what it takes. */
const WITHIN = 300_000
const LOOK_EVERY = 500

export const agentHelp = `./run bench agent [OPTIONS]
Memory and idle CPU of the agent as its image has it, joined to a hub in read-only mode: in a small cluster and a large one.

--nodes N --pods N   size of the large one (5000 and 20000)
`

/** The whole agent of design §8: its tunnel, its guard and its projector, in one process. */
export async function agent(args: string[]): Promise<void> {
  const [nodes, pods] = [numberOption(args, 'nodes', 5_000), numberOption(args, 'pods', 20_000)]
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const entry = join(dir, 'agent.mjs')
  await bundle(join(import.meta.dirname, '../../apps/agent/src/main.ts'), entry)
  const hub = stack.use(await startHub({ dir: join(dir, 'hub') }))
  const small = await measure(hub, dir, entry, { name: 'small', nodes: 3, pods: 50, most: 90 })
  process.stderr.write(`bench: ${nodes} nodes and ${pods} pods\n`)
  const large = await measure(hub, dir, entry, { name: 'large', nodes, pods, most: 160 })
  report('agent', { nodes, pods }, [...small, ...large])
}

interface Size {
  name: string
  nodes: number
  pods: number
  /** MB of memory at rest. */
  most: number
}

/** A cluster of that size, its agent, and what it takes. */
async function measure(hub: HubProcess, dir: string, entry: string, size: Size): Promise<Figure[]> {
  const { name, nodes, pods, most } = size
  await using stack = new AsyncDisposableStack()
  const plane = stack.use(await startControlPlane({ name, controllerManager: false, scheduler: false }))
  await createInBulk(plane, { nodes, pods })
  const own = join(dir, name)
  mkdirSync(own)
  const imported = await hub.fetch('/api/v1/imports', { method: 'POST', body: { name } })
  if (!imported.ok) throw new Error(`The import was answered ${imported.status}: ${await imported.text()}`)
  const { manifest } = (await imported.json()) as Imported
  // What the image's entry gives Node, without Node itself and the file.
  const nodeArgs = images.agent.entrypoint.slice(1, -1)
  const started = performance.now()
  const process = stack.use(await startAgent({ dir: own, plane, manifest, entry, nodeArgs }))
  await whole(hub, name, pods)
  const readMs = performance.now() - started
  const readCpu = process.cpuSeconds()
  await sleep(SETTLE)
  const [restCpu, restAt] = [process.cpuSeconds(), performance.now()]
  await sleep(IDLE)
  const cpu = ((process.cpuSeconds() - restCpu) * 1e6) / (performance.now() - restAt)
  const { nowMb, highestMb } = processMemory(process.pid)
  const what = `${nodes} nodes, ${pods} pods`
  return [
    { name: `${what}: memory at rest`, value: nowMb, unit: 'MB', goal: `≤ ${most} MB`, met: nowMb <= most },
    { name: `${what}: memory at most`, value: highestMb, unit: 'MB' },
    { name: `${what}: CPU at rest`, value: cpu, unit: 'm', goal: '≤ 40 m', met: cpu <= 40 },
    { name: `${what}: whole in the hub after`, value: readMs / 1000, unit: 's' },
    { name: `${what}: CPU until then`, value: readCpu, unit: 's' },
  ]
}

async function whole(hub: HubProcess, name: string, pods: number): Promise<void> {
  const deadline = performance.now() + WITHIN
  for (;;) {
    const cluster = (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as Partial<Cluster>
    const sync = (await (await hub.fetch(`/api/v1/clusters/${name}/sync`)).json()) as { complete?: boolean }
    if (sync.complete && cluster.podCount === pods) return
    if (performance.now() > deadline) throw new Error(`${name}: not whole in the hub within ${WITHIN / 1000} s`)
    await sleep(LOOK_EVERY)
  }
}
