import type { KubeTransport } from '@moorage/kube/transport.ts'
import { MoorageError } from '../errors.ts'
import { refusedOnReadOnly } from './read-only.ts'

/**
 * The wall for taking the hub's own objects out of a member, whatever its mode:
 * reads as on a read-only cluster, and reads and deletes of exactly the given paths.
 */
export function removalTransport(inner: KubeTransport, paths: ReadonlySet<string>): KubeTransport {
  const refuse = (what: string) => new MoorageError('forbidden', `A removal does not send ${what.slice(0, 200)}.`)
  return {
    kind: inner.kind,
    ...(inner.room && { room: inner.room }),
    async request(request, signal) {
      // An object is looked at before, where only its name is known.
      const removes = (request.method === 'DELETE' || request.method === 'GET') && paths.has(request.path)
      if (!removes && refusedOnReadOnly(request) !== null) throw refuse(`${request.method} ${request.path}`)
      return inner.request({ ...request }, signal)
    },
    async upgrade(request) {
      throw refuse(`an upgrade of ${request.path}`)
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}
