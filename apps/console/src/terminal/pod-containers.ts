import { z } from 'zod'

const Named = z.object({ name: z.string() })
const Status = Named.extend({ state: z.object({ running: z.unknown().optional() }).optional() })
const several = z.array(Named).optional()
const statuses = z.array(Status).optional()

/** As much of a Pod as it takes to choose a container. */
const Pod = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.object({ containers: z.array(Named), initContainers: several, ephemeralContainers: several }),
  status: z
    .object({ containerStatuses: statuses, initContainerStatuses: statuses, ephemeralContainerStatuses: statuses })
    .optional(),
})

/** Where kubectl, too, looks for the container that is meant when none is named. */
const DEFAULT = 'kubectl.kubernetes.io/default-container'

/** A container of a pod. */
export interface Container {
  name: string
  kind: 'container' | 'init container' | 'debug container'
  running: boolean
}

/** Containers of a pod, the one that is meant when none is named first. */
export function containersOf(object: unknown): Container[] {
  const { metadata, spec, status } = Pod.parse(object)
  const all = (names: { name: string }[] | undefined, kind: Container['kind'], seen: z.infer<typeof statuses>) =>
    (names ?? []).map(({ name }) => ({
      name,
      kind,
      running: seen?.find(each => each.name === name)?.state?.running !== undefined,
    }))
  const containers = [
    ...all(spec.containers, 'container', status?.containerStatuses),
    ...all(spec.ephemeralContainers, 'debug container', status?.ephemeralContainerStatuses),
    ...all(spec.initContainers, 'init container', status?.initContainerStatuses),
  ]
  const first = metadata.annotations?.[DEFAULT]
  return [...containers.filter(({ name }) => name === first), ...containers.filter(({ name }) => name !== first)]
}

/** A container in words. */
export const containerLabel = ({ name, kind, running }: Container): string =>
  [name, ...(kind === 'container' ? [] : [kind]), ...(running ? [] : ['not running'])].join(', ')
