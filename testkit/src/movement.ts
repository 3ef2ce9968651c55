import { setTimeout as delay } from 'node:timers/promises'
import type { ApiClient, Json } from './api-client.ts'
import { TROUBLE } from './kwok-simulation.ts'
import { job } from './workload-objects.ts'

/** ms between two moves. */
const EVERY = 2_000
/** Replicas that a Deployment may be scaled to. */
const REPLICAS = { least: 1, most: 8 }
const DEPLOYMENTS = '/apis/apps/v1/deployments'

export interface MovementOptions {
  /** ms between two moves. */
  every?: number
  /** 0 to 1; a fixed one makes the same moves. */
  random?: () => number
  log?: (line: string) => void
}

/**
 * Keeps a cluster with the demo's workloads moving: scales, restarts, deletes,
 * runs jobs, cordons, lets crashing pods crash again, until disposed of.
 */
export function startMovement(api: ApiClient, options: MovementOptions = {}): AsyncDisposable {
  const { every = EVERY, random = Math.random, log = () => {} } = options
  const stop = new AbortController()
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const moves = [scale, scale, deletePod, crashAgain, crashAgain, runJob, restart, cordon]

  async function loop() {
    while (!stop.signal.aborted) {
      await delay(every, undefined, { signal: stop.signal }).catch(() => {}) // the loop's condition ends it
      if (stop.signal.aborted) return
      try {
        const done = await (pick(moves) as (typeof moves)[number])(api, pick, random)
        if (done) log(done)
      } catch (error) {
        // Somebody else changed the object, or the API server is away: the next move will do.
        log(`a move failed: ${(error as Error).message}`)
      }
    }
  }
  const running = loop()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

type Pick = <T>(list: readonly T[]) => T | undefined

async function scale(api: ApiClient, pick: Pick, random: () => number): Promise<string> {
  const app = await anApp(api, pick)
  if (!app) return ''
  const step = random() < 0.5 ? -1 : 1
  const replicas = Math.min(REPLICAS.most, Math.max(REPLICAS.least, app.spec.replicas + step))
  await api.patch(pathTo(app), { spec: { replicas } })
  return `${app.metadata.namespace}/${app.metadata.name} scaled to ${replicas}`
}

async function restart(api: ApiClient, pick: Pick): Promise<string> {
  const app = await anApp(api, pick)
  if (!app) return ''
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
  await api.patch(pathTo(app), { spec: { template: { metadata: { annotations } } } })
  return `${app.metadata.namespace}/${app.metadata.name} restarted`
}

async function deletePod(api: ApiClient, pick: Pick): Promise<string> {
  const pod = pick((await pods(api)).filter((each: Json) => !each.metadata.deletionTimestamp))
  if (!pod) return ''
  await api.delete(pathTo(pod, 'pods'))
  return `${pod.metadata.namespace}/${pod.metadata.name} deleted`
}

async function runJob(api: ApiClient, _pick: Pick, random: () => number): Promise<string> {
  const name = `report-${Math.floor(random() * 1e6).toString(36)}`
  await api.apply(job('platform', name, 'registry.example/platform/report:1.2.0'))
  return `platform/${name} created`
}

async function cordon(api: ApiClient, pick: Pick): Promise<string> {
  const { items } = await api.get('/api/v1/nodes')
  const cordoned = items.find((node: Json) => node.spec.unschedulable)
  const node = cordoned ?? pick(items)
  // Never the last one that takes pods.
  if (!node || (!cordoned && items.length < 2)) return ''
  await api.patch(`/api/v1/nodes/${node.metadata.name}`, { spec: { unschedulable: cordoned ? null : true } })
  return `${node.metadata.name} ${cordoned ? 'uncordoned' : 'cordoned'}`
}

/** One more restart of a pod in a crash loop, with the event that a kubelet would write. */
async function crashAgain(api: ApiClient, pick: Pick): Promise<string> {
  const loops = (await pods(api)).filter(
    (pod: Json) => pod.metadata.annotations?.[TROUBLE] === 'crash-loop' && pod.status.containerStatuses,
  )
  const pod = pick(loops) as Json
  if (!pod) return ''
  const statuses = pod.status.containerStatuses.map((each: Json) => ({ ...each, restartCount: each.restartCount + 1 }))
  await api.patch(`${pathTo(pod, 'pods')}/status`, { status: { containerStatuses: statuses } })
  const { namespace, name, uid } = pod.metadata
  const now = new Date().toISOString()
  await api.create(`/api/v1/namespaces/${namespace}/events`, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    reason: 'BackOff',
    message: 'Back-off restarting failed container main',
    type: 'Warning',
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: 'kubelet', host: pod.spec.nodeName },
  })
  return `${namespace}/${name} crashed again`
}

async function anApp(api: ApiClient, pick: Pick): Promise<Json> {
  return pick((await api.get(DEPLOYMENTS)).items)
}

async function pods(api: ApiClient): Promise<Json[]> {
  return (await api.get('/api/v1/pods')).items
}

function pathTo(object: Json, plural?: string): string {
  const { namespace, name } = object.metadata
  return plural
    ? `/api/v1/namespaces/${namespace}/${plural}/${name}`
    : `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`
}
