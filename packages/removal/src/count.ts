import { del, getJson, postJson } from '@moorage/kube/client.ts'
import { readResources } from '@moorage/kube/discovery.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { collectionPath, objectPath } from '@moorage/kube/path.ts'
import { apiVersionOf, type Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type Kind, resourceName } from './kinds.ts'
import { INSTANCE, MANAGED_BY } from './labels.ts'
import { COUNT_NAME } from './own-objects.ts'
import { until } from './timing.ts'

/** The kind that counts. */
export const QUOTAS = {
  group: '',
  version: 'v1',
  resource: 'resourcequotas',
  kind: 'ResourceQuota',
  namespaced: true,
} as const satisfies Resource

/** More than a namespace can hold, so that nobody is held up while it counts. */
const NO_LIMIT = '1000000000'
/** ms. The controller answers within 100; of a type that was made in the last half minute it does not know yet. */
const COUNTED_WITHIN = 40_000
/** ms after which a quota is made anew: types that the controller learned of since are in the new one. */
const ANEW_AFTER = 10_000

interface Quota {
  metadata: { uid: string }
  status?: { used?: Record<string, string> }
}

/**
 * Counts objects in a namespace without a right to read them, by a
 * ResourceQuota that limits nothing and is taken away at once. Null where no
 * answer came. `settled` says whether a count is the one hoped for: what was
 * just deleted is still counted for a moment.
 */
export async function countIn(
  transport: KubeTransport,
  place: { instance: string; namespace: string },
  kinds: readonly Kind[],
  settled: (counts: ReadonlyMap<Kind, number>) => boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<Kind, number> | null> {
  const started = performance.now()
  for (;;) {
    const left = COUNTED_WITHIN - (performance.now() - started)
    if (left <= 0) return null
    const counts = await countOnce(transport, place, kinds, settled, Math.min(left, ANEW_AFTER), signal)
    if (counts !== null) return counts
  }
}

/** ms that counts may take to become the hoped for ones. */
const SETTLES_WITHIN = 3_000

const keyOf = (kind: Kind) => `count/${resourceName(kind)}`

async function countOnce(
  transport: KubeTransport,
  { instance, namespace }: { instance: string; namespace: string },
  kinds: readonly Kind[],
  settled: (counts: ReadonlyMap<Kind, number>) => boolean,
  within: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<Kind, number> | null> {
  const path = objectPath(QUOTAS, { namespace, name: COUNT_NAME })
  const made = await postJson<Quota>(
    transport,
    collectionPath(QUOTAS, { namespace }),
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: COUNT_NAME, labels: { [MANAGED_BY]: 'moorage', [INSTANCE]: instance } },
      spec: { hard: Object.fromEntries(kinds.map(kind => [keyOf(kind), NO_LIMIT])) },
    },
    signal,
  )
  try {
    let completeAfter: number | null = null
    return await until(within, signal, async waited => {
      const { status } = await getJson<Quota>(transport, path, signal)
      const counts = new Map<Kind, number>()
      for (const kind of kinds) {
        const used = status?.used?.[keyOf(kind)]
        if (used !== undefined) counts.set(kind, Number(used))
        else if (await isServed(transport, kind, signal)) return undefined
      }
      completeAfter ??= waited
      return settled(counts) || waited - completeAfter > SETTLES_WITHIN ? counts : undefined
    })
  } finally {
    // Also when it was given up in between: nothing of ours is to stay.
    const last = AbortSignal.timeout(5_000)
    await del(transport, path, { preconditions: { uid: made.metadata.uid } }, last).catch(() => {})
  }
}

/** Whether a kind is still there. One whose type was deleted meanwhile holds nothing, and is never counted. */
async function isServed(transport: KubeTransport, kind: Kind, signal: AbortSignal): Promise<boolean> {
  try {
    return (await readResources(transport, apiVersionOf(kind), signal)).some(({ name }) => name === kind.resource)
  } catch (error) {
    if (!(error instanceof KubeStatusError)) throw error
    return error.status !== 404
  }
}
