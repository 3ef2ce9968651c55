import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Json } from './api-client.ts'
import { program } from './binaries.ts'
import { inParallel } from './bulk.ts'
import type { ControlPlane } from './control-plane.ts'
import { eventually } from './eventually.ts'
import type { Flavour } from './flavours/flavour.ts'
import { flavourNode } from './flavours/node.ts'
import { simulation } from './kwok-simulation.ts'
import { freePort } from './ports.ts'
import { untilReady } from './process.ts'
import { startSupervised } from './supervised.ts'

/** ms; the first node is Ready within a second or two. */
const READY_WITHIN = 60_000
/** Label of the nodes that this module makes. */
const MADE_BY = { 'testkit.moorage.dev/simulated': 'true' }

/** Nodes without machines: they turn Ready, and the pods on them run, crash, complete and go. */
export interface Kwok extends AsyncDisposable {
  readonly pid: number
  /** Adds nodes of the flavour and resolves with their names once they are Ready. */
  addNodes(count: number): Promise<string[]>
  /** Takes a node away, as a scale-in does. */
  removeNode(name: string): Promise<void>
  stop(): Promise<void>
}

/** Starts the simulated kubelet and puts what the flavour comes with into the cluster. */
export async function startKwok(controlPlane: ControlPlane, flavour: Flavour): Promise<Kwok> {
  const { api, dir, ca, name } = controlPlane
  const stages = await program('kwok-stages.yaml')
  const config = join(dir, 'kwok.yaml')
  const logs = join(dir, 'kwok-container.log')
  writeFileSync(logs, containerLog(new Date()))
  const parts = [readFileSync(stages, 'utf8'), ...simulation(logs).map(object => stringify(object))]
  writeFileSync(config, parts.join('\n---\n'))
  const serving = await ca.issue({ commonName: 'kwok', hosts: ['127.0.0.1', 'localhost'] })
  writeFileSync(join(dir, 'kwok.crt'), serving.cert, { mode: 0o600 })
  writeFileSync(join(dir, 'kwok.key'), serving.key, { mode: 0o600 })

  const port = await freePort()
  // Now and then it panics as it starts, when two of its workers compile their expressions at once. It keeps nothing.
  const process = await startSupervised({
    name: 'kwok',
    command: await program('kwok'),
    args: [
      `--kubeconfig=${controlPlane.kubeconfigPath}`,
      `--config=${config}`,
      '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
      '--node-ip=127.0.0.1',
      `--node-port=${port}`,
      `--server-address=127.0.0.1:${port}`,
      `--tls-cert-file=${join(dir, 'kwok.crt')}`,
      `--tls-private-key-file=${join(dir, 'kwok.key')}`,
      '--node-lease-duration-seconds=40',
    ],
    logPath: join(dir, 'logs', 'kwok.log'),
  })

  let made = 0
  async function addNodes(count: number): Promise<string[]> {
    const nodes = Array.from({ length: count }, () => flavourNode(flavour, name, made++))
    await inParallel(count, index => {
      const node = nodes[index]
      Object.assign(node.metadata.labels, MADE_BY)
      return api.create('/api/v1/nodes', node)
    })
    const names: string[] = nodes.map(node => node.metadata.name)
    const allReady = async () => {
      const { items } = await api.get('/api/v1/nodes')
      const ready = new Set(items.filter(isReady).map((node: Json) => node.metadata.name))
      const missing = names.filter(each => !ready.has(each))
      if (missing.length > 0) throw new Error(`not Ready: ${missing.slice(0, 5).join(', ')} (${missing.length} in all)`)
    }
    await untilReady([process], READY_WITHIN, allReady)
    return names
  }

  try {
    for (const object of flavour.objects(name)) await createOnceServed(controlPlane, object)
  } catch (error) {
    await process.stop()
    throw error
  }
  return {
    get pid() {
      return process.pid
    },
    addNodes,
    removeNode: node => api.delete(`/api/v1/nodes/${node}`),
    stop: () => process.stop(),
    [Symbol.asyncDispose]: () => process.stop(),
  }
}

function isReady(node: Json): boolean {
  const ready = node.status.conditions?.find((condition: Json) => condition.type === 'Ready')?.status === 'True'
  // Without its address and port, logs and metrics of the node can't be had.
  return ready && node.status.daemonEndpoints?.kubeletEndpoint?.Port > 0 && node.status.addresses?.length > 0
}

/** A custom resource can be made a moment after its definition. */
async function createOnceServed({ api }: ControlPlane, object: Json): Promise<void> {
  await eventually(() => api.apply(object), { within: READY_WITHIN })
}

/** Lines in the form that container runtimes write. */
function containerLog(now: Date): string {
  return Array.from({ length: 20 }, (_, index) => {
    const at = new Date(now.getTime() - (20 - index) * 1000).toISOString()
    return `${at} stdout F request ${index} answered in ${3 + ((index * 7) % 11)} ms\n`
  }).join('')
}
