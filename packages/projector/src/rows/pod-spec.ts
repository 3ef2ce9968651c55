import type { Quantities } from '../quantity.ts'
import { cpuMilli, memoryBytes } from '../quantity.ts'

/** The part of a container that rows look at. Never its command, arguments or environment. */
export interface ContainerPart {
  name: string
  image?: string
  restartPolicy?: string
  resources?: { requests?: Quantities }
}

/** The part of a pod's (or pod template's) spec that rows look at. */
export interface PodSpecPart {
  nodeName?: string
  containers?: ContainerPart[]
  initContainers?: ContainerPart[]
  ephemeralContainers?: ContainerPart[]
  resources?: { requests?: Quantities }
  overhead?: Quantities
}

/** True for a sidecar: an init container that goes on running. */
export const isSidecar = (container: ContainerPart | undefined) => container?.restartPolicy === 'Always'

/** Images of all containers, in their order, without duplicates. */
export function imagesOf(spec: PodSpecPart | undefined): string[] {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])]
  return [...new Set(all.map(container => container.image ?? '').filter(image => image !== ''))]
}

type Read = (of: Quantities | undefined) => number

/**
 * What one pod asks for of one resource: containers and sidecars together, or
 * the hungriest moment of initialisation if that is more; the pod's own
 * request in their place where it has one; overhead on top.
 */
function requested(spec: PodSpecPart | undefined, read: Read, resource: string): number {
  let running = 0
  for (const container of spec?.containers ?? []) running += read(container.resources?.requests)
  let sidecars = 0
  let initialising = 0
  for (const container of spec?.initContainers ?? []) {
    const own = read(container.resources?.requests)
    if (isSidecar(container)) sidecars += own
    initialising = Math.max(initialising, isSidecar(container) ? sidecars : sidecars + own)
  }
  const byContainers = Math.max(running + sidecars, initialising)
  const podLevel = spec?.resources?.requests
  return (podLevel?.[resource] === undefined ? byContainers : read(podLevel)) + read(spec?.overhead)
}

/** What the scheduler sets aside for a pod. */
export const requestsOf = (spec: PodSpecPart | undefined) => ({
  cpuMilli: requested(spec, cpuMilli, 'cpu'),
  memoryBytes: requested(spec, memoryBytes, 'memory'),
})
