import { patchJson } from '@moorage/kube/client.ts'
import { KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { isOurFinalizer } from './labels.ts'
import { look, pathOf } from './look.ts'
import type { Found } from './object-ref.ts'
import { isNamespace, namespaceTrouble } from './terminating.ts'
import { type Timing, until } from './timing.ts'

/**
 * Waits until a deleted object is gone: null, or else why it still stands.
 * A finalizer of ours that nobody acts on any more is taken away; one of
 * somebody else's never is, as what it waits for may be real.
 */
export async function waitGone(
  transport: KubeTransport,
  object: Found,
  timing: Pick<Timing, 'goneWithin' | 'finalizerPatience'>,
  signal: AbortSignal,
): Promise<string | null> {
  let last: Found = object
  const gone = await until(timing.goneWithin, signal, async waited => {
    try {
      const now = await look(transport, object.resource, object, signal)
      if (now === null || now.uid !== object.uid) return true
      last = now
      if (now.deletingSince !== null && waited >= timing.finalizerPatience) await clearOurs(transport, now, signal)
    } catch (error) {
      if (!mayPass(error)) throw error
    }
    return undefined
  })
  if (gone) return null
  const finalizers = last.finalizers.filter(finalizer => !isOurFinalizer(finalizer))
  if (finalizers.length > 0) {
    return `It waits for ${finalizers.join(', ')}: finalizers that are not Moorage's. Whoever set them has to take them away`
  }
  if (isNamespace(object)) return await namespaceTrouble(transport, object.name, signal)
  return last.deletingSince === null
    ? 'It was not deleted, though the API server had said so'
    : 'It is still being deleted'
}

async function clearOurs(transport: KubeTransport, object: Found, signal: AbortSignal): Promise<void> {
  const others = object.finalizers.filter(finalizer => !isOurFinalizer(finalizer))
  if (others.length === object.finalizers.length) return
  // With the UID, so that nothing but this very object is changed.
  const patch = { metadata: { uid: object.uid, resourceVersion: object.resourceVersion, finalizers: others } }
  await patchJson(transport, pathOf(object.resource, object), patch, signal)
}

/** Gone, changed or out of reach in between: the next look tells. */
const mayPass = (error: unknown) =>
  error instanceof KubeStatusError
    ? error.retryable || error.status === 404 || error.status === 409
    : error instanceof TransportError && error.retryable
