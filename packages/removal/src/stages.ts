import type { KubeTransport } from '@moorage/kube/transport.ts'
import { deleteObject } from './delete-object.ts'
import { inTurn } from './in-turn.ts'
import { AT_ONCE } from './kinds.ts'
import type { Found } from './object-ref.ts'
import { removalOrder, stageOf } from './order.ts'
import type { Timing } from './timing.ts'
import { waitGone } from './wait-gone.ts'

/** What came of one object. */
export interface Outcome {
  object: Found
  /** Why it is still there; null where it is gone. */
  because: string | null
}

/**
 * Deletes objects stage by stage and waits for each stage to be gone. Where a
 * custom resource stays, what could clean up after it stays too: the rest is
 * not begun, and is told to wait.
 */
export async function* removeInStages(
  transport: KubeTransport,
  objects: readonly Found[],
  timing: Timing,
  signal: AbortSignal,
): AsyncGenerator<Outcome> {
  let stuck: Found | null = null
  for (const stage of removalOrder(objects)) {
    if (stuck !== null) {
      const because = `It may be needed by ${stuck.kind} ${stuck.name}, which is still there`
      yield* stage.map(object => ({ object, because }))
      continue
    }
    const outcomes = await inTurn(stage, AT_ONCE, object => removeOne(transport, object, timing, signal))
    yield* outcomes
    stuck = outcomes.find(({ object, because }) => because !== null && stageOf(object) === 'custom')?.object ?? null
  }
}

async function removeOne(
  transport: KubeTransport,
  object: Found,
  timing: Timing,
  signal: AbortSignal,
): Promise<Outcome> {
  const refused = object.deletingSince === null ? await deleteObject(transport, object, timing, signal) : null
  return { object, because: refused ?? (await waitGone(transport, object, timing, signal)) }
}
