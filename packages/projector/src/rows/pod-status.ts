import type { KubeObject } from '@moorage/kube/resource.ts'
import { type ConditionPart, holds } from './base.ts'
import { isSidecar, type PodSpecPart } from './pod-spec.ts'

interface Terminated {
  exitCode: number
  signal?: number
  reason?: string
}

export interface ContainerStatusPart {
  name: string
  ready?: boolean
  started?: boolean
  restartCount?: number
  state?: { waiting?: { reason?: string }; running?: object; terminated?: Terminated }
}

/** The part of a Pod that its row looks at. */
export interface PodObject extends KubeObject {
  spec?: PodSpecPart
  status?: {
    phase?: string
    reason?: string
    podIP?: string
    qosClass?: string
    conditions?: ConditionPart[]
    containerStatuses?: ContainerStatusPart[]
    initContainerStatuses?: ContainerStatusPart[]
  }
}

/** What kubectl prints in the columns STATUS, READY and RESTARTS. */
export interface PodStatus {
  status: string
  ready: number
  total: number
  restarts: number
}

/** A pod of which nothing runs any more: it holds no requests. */
export const hasEnded = (phase: string | undefined) => phase === 'Succeeded' || phase === 'Failed'

const endWord = ({ reason, signal, exitCode }: Terminated) => {
  if (reason) return reason
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`
}

interface Initialising {
  /** null once every init container has done its part. */
  word: string | null
  readySidecars: number
  restarts: number
  sidecarRestarts: number
}

/** Walks the init containers in order, up to the first that has not done its part. */
function initialising(pod: PodObject): Initialising {
  const containers = pod.spec?.initContainers ?? []
  const found: Initialising = { word: null, readySidecars: 0, restarts: 0, sidecarRestarts: 0 }
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(containers.find(container => container.name === status.name))
    found.restarts += status.restartCount ?? 0
    if (sidecar) found.sidecarRestarts += status.restartCount ?? 0
    const { terminated, waiting } = status.state ?? {}
    if (terminated?.exitCode === 0) continue
    if (sidecar && status.started === true) {
      if (status.ready === true) found.readySidecars += 1
      continue
    }
    if (terminated !== undefined) found.word = `Init:${endWord(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') found.word = `Init:${waiting.reason}`
    else found.word = `Init:${index}/${containers.length}`
    return found
  }
  return found
}

interface Running {
  /** null where no container has a word of its own. */
  word: string | null
  /** The word of the first container that ended badly. */
  failure: string | null
  running: boolean
  ready: number
  restarts: number
}

/** Looks at the main containers from last to first: the first one's word stays. */
function running(statuses: readonly ContainerStatusPart[]): Running {
  const found: Running = { word: null, failure: null, running: false, ready: 0, restarts: 0 }
  for (const status of statuses.toReversed()) {
    found.restarts += status.restartCount ?? 0
    const { waiting, terminated, running } = status.state ?? {}
    if (waiting?.reason) {
      found.word = waiting.reason
    } else if (terminated !== undefined) {
      found.word = endWord(terminated)
      if (terminated.exitCode !== 0) found.failure = found.word
    } else if (status.ready === true && running !== undefined) {
      found.running = true
      found.ready += 1
    }
  }
  return found
}

/** "Completed" of one container is not yet that of the pod. */
function settled(word: string, main: Running, podReady: boolean): string {
  if (word !== 'Completed') return word
  if (main.running && podReady) return 'Running'
  if (main.failure !== null) return main.failure
  return main.running ? 'NotReady' : word
}

/**
 * The status of a pod in the words of `kubectl get pods` of Kubernetes 1.36.
 * The order of the rules matters: later ones outrank earlier ones.
 */
export function podStatus(pod: PodObject): PodStatus {
  const { phase = '', reason, conditions, containerStatuses = [] } = pod.status ?? {}
  const gated = conditions?.some(
    condition => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated',
  )
  let status = gated ? 'SchedulingGated' : reason || phase

  const init = initialising(pod)
  let { restarts, readySidecars: ready } = init
  if (init.word !== null) status = init.word
  if (init.word === null || holds(conditions, 'Initialized')) {
    const main = running(containerStatuses)
    status = settled(main.word ?? status, main, holds(conditions, 'Ready'))
    ready += main.ready
    restarts = init.sidecarRestarts + main.restarts
  }

  if (pod.metadata.deletionTimestamp !== undefined) {
    if (reason === 'NodeLost') status = 'Unknown'
    else if (!hasEnded(phase)) status = 'Terminating'
  }
  const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).length
  return { status, ready, total: (pod.spec?.containers ?? []).length + sidecars, restarts }
}
