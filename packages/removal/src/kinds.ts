import { readApiGroups, readResources } from '@moorage/kube/discovery.ts'
import type { Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { inTurn } from './in-turn.ts'

/** A kind that the cluster serves. */
export interface Kind extends Resource {
  verbs: readonly string[]
}

/** A kind, or a whole API, of which nothing could be read. */
export interface Unlisted {
  /** `certificates.cert-manager.io`, or `metrics.k8s.io/v1beta1` for a whole API. */
  what: string
  because: string
  /**
   * - forbidden: the credential may not list it;
   * - failed: it was asked for and did not come;
   * - away: a whole API, whose server does not answer.
   */
  why: 'forbidden' | 'failed' | 'away'
}

/** Requests at the same time: a few, so that a scan never looks like a flood to the API server. */
export const AT_ONCE = 8

/** Each kind once, in the version that the server prefers, or the first that has it. */
export async function readKinds(
  transport: KubeTransport,
  signal: AbortSignal,
): Promise<{ kinds: Kind[]; unlisted: Unlisted[] }> {
  const groups = await readApiGroups(transport, signal)
  const apis = groups.flatMap(({ name, versions, preferredVersion }) =>
    [preferredVersion, ...versions.filter(version => version !== preferredVersion)].map(version => ({
      group: name,
      version,
    })),
  )
  const unlisted: Unlisted[] = []
  const found = await inTurn([{ group: '', version: 'v1' }, ...apis], AT_ONCE, async ({ group, version }) => {
    const api = group === '' ? version : `${group}/${version}`
    try {
      return (await readResources(transport, api, signal)).map(({ name, kind, namespaced, verbs }) => ({
        group,
        version,
        resource: name,
        kind,
        namespaced,
        verbs,
      }))
    } catch (error) {
      if (signal.aborted) throw error
      // Such as an aggregated API whose server is down.
      unlisted.push({ what: api, because: error instanceof Error ? error.message : String(error), why: 'away' })
      return []
    }
  })
  const kinds = new Map<string, Kind>()
  for (const kind of found.flat()) {
    const key = `${kind.resource}.${kind.group}`
    if (!kinds.has(key)) kinds.set(key, kind)
  }
  return { kinds: [...kinds.values()], unlisted }
}

/** Holds objects that somebody can make and take away. Figures and reviews are listed too, and are none. */
export const holdsObjects = ({ group, resource, verbs }: Kind): boolean =>
  ['list', 'create', 'delete'].every(verb => verbs.includes(verb)) && !isEvents({ group, resource })

/** Events come and go by themselves. */
export const isEvents = ({ group, resource }: { group: string; resource: string }) =>
  resource === 'events' && (group === '' || group === 'events.k8s.io')

/** `pods`, or `deployments.apps` */
export const resourceName = ({ group, resource }: Pick<Resource, 'group' | 'resource'>) =>
  group === '' ? resource : `${resource}.${group}`
