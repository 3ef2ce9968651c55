import type { KubeTransport } from '@moorage/kube/transport.ts'
import { isIn, whyHolderStays } from './holders.ts'
import { readKinds } from './kinds.ts'
import { type Found, nameOf } from './object-ref.ts'
import { type Outcome, removeInStages } from './stages.ts'
import type { Timing } from './timing.ts'

/** Types and namespaces: looked into once more, now that ours is out of them. */
export async function* removeHolders(
  transport: KubeTransport,
  holders: readonly Found[],
  { ours, failed }: { ours: readonly Found[]; failed: readonly Found[] },
  timing: Timing,
  signal: AbortSignal,
): AsyncGenerator<Outcome> {
  const { kinds } = await readKinds(transport, signal)
  const going: Found[] = []
  for (const object of holders) {
    // Deleted with that inside, it would hang.
    const inside = failed.find(each => isIn(each, object))
    const because = inside
      ? `${nameOf(inside)} is in the way`
      : await whyHolderStays(transport, kinds, object, ours, signal)
    if (because === null) going.push(object)
    // What came into it since is seen in the next round, and it is handed over then.
    else yield { object, because }
  }
  yield* removeInStages(transport, going, timing, signal)
}
