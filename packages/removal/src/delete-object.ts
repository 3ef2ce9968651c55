import { del } from '@moorage/kube/client.ts'
import { KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { pathOf } from './look.ts'
import type { Found } from './object-ref.ts'
import { type Timing, until } from './timing.ts'

/**
 * Asks for an object to be deleted, and again where the answer may come out
 * differently. Null when it is on its way, or else why not. An object of the
 * same name that was made since is never touched.
 */
export async function deleteObject(
  transport: KubeTransport,
  object: Found,
  { retryFor }: Pick<Timing, 'retryFor'>,
  signal: AbortSignal,
): Promise<string | null> {
  let message = ''
  const outcome = await until(retryFor, signal, async () => {
    try {
      await del(transport, pathOf(object.resource, object), { preconditions: { uid: object.uid } }, signal)
      return { because: null }
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw error
      message = error.message
      // Gone, and made anew by somebody.
      if (isOtherUid(error)) return { because: null }
      return mayChange(error) ? undefined : { because: message }
    }
  })
  return outcome === null ? message : outcome.because
}

const isOtherUid = (error: Error) =>
  error instanceof KubeStatusError && error.status === 409 && /uid/i.test(error.message)

const mayChange = (error: Error) =>
  error instanceof KubeStatusError
    ? error.retryable || error.status === 409
    : error instanceof TransportError && error.retryable
