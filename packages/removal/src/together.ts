import { del } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type Held, type HoldDeps, holdDelete } from './hold.ts'
import { look, pathOf } from './look.ts'
import { type Found, type ObjectRef, toRef } from './object-ref.ts'
import type { RemovalProgress } from './progress.ts'

/**
 * Deletes objects that the rights to delete each other hang on: each delete is
 * let in first, and only when all are, all are let happen, in one moment.
 */
export async function* removeTogether(
  deps: HoldDeps & { transport: KubeTransport },
  objects: readonly Found[],
  signal: AbortSignal,
): AsyncGenerator<RemovalProgress> {
  const standing: Found[] = []
  for (const object of objects) {
    // Gone in between, such as the count of an earlier removal.
    const now = await look(deps.transport, object.resource, object, signal)
    if (now === null || now.uid !== object.uid) yield { removed: toRef(object) }
    else standing.push(now)
  }
  const refusals = await tryAll(deps.transport, standing, signal)
  yield* refusals
  if (refusals.length > 0) return
  const held: Held[] = []
  try {
    for (const object of standing)
      held.push(await holdDelete(deps, pathOf(object.resource, object), object.uid, signal))
  } catch (error) {
    for (const each of held) each.drop()
    const object = standing[held.length] as Found
    yield { failed: toRef(object), message: error instanceof Error ? error.message : String(error) }
    return
  }
  // All in one go, without a pause between: whatever happens to this process now, they are on their way.
  const released = held.map(each => each.release())
  const outcomes = await Promise.allSettled(released)
  let failed = false
  for (const [i, outcome] of outcomes.entries()) {
    const ref = toRef(standing[i] as Found)
    if (outcome.status === 'fulfilled') yield { removed: ref }
    else {
      failed = true
      yield { failed: ref, message: outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason) }
    }
  }
  if (!failed) yield { done: true }
}

/** Deletes that only try: they find admission that refuses, and finalizers that would hold an object for ever. */
async function tryAll(
  transport: KubeTransport,
  objects: readonly Found[],
  signal: AbortSignal,
): Promise<{ failed: ObjectRef; message: string }[]> {
  const refusals: { failed: ObjectRef; message: string }[] = []
  for (const object of objects) {
    if (object.finalizers.length > 0) {
      const message = `It has finalizers (${object.finalizers.join(', ')}) that the agent did not set. Whoever set them has to take them away`
      refusals.push({ failed: toRef(object), message })
      continue
    }
    try {
      const options = { preconditions: { uid: object.uid }, dryRun: true }
      await del(transport, pathOf(object.resource, object), options, signal)
    } catch (error) {
      if (!(error instanceof KubeStatusError)) throw error
      // A webhook that can not be tried without an effect refuses every trial.
      if (error.status !== 400) refusals.push({ failed: toRef(object), message: error.message })
    }
  }
  return refusals
}
