import type { Duplex, Readable } from 'node:stream'
import { TransportError } from '@moorage/kube/errors.ts'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { transportFailure } from './failure.ts'
import { type FindRoute, onRoute, type Route } from './route.ts'

/** What agents answer themselves begins with this; only the hub's own control of an agent asks for it. */
export const OWN_PATHS = '/-/moorage'

/** However it is written: a path that anybody could take for one of the agent's own is none of Kubernetes'. */
function isOwnPath(path: string): boolean {
  let text = path
  for (let times = 0; times < 3; times += 1) {
    if (
      text
        .replace(/[/\\]+/g, '/')
        .toLowerCase()
        .includes(OWN_PATHS)
    )
      return true
    try {
      text = decodeURIComponent(text)
    } catch {
      break
    }
  }
  return false
}

/** Reaches a cluster's API server through the tunnels of its agent. Disposing of it ends what it carries, not the tunnels. */
export function agentTransport(find: FindRoute, clusterId: string, room: () => number): KubeTransport {
  const closed = () => new TransportError('aborted', 'The connection to the cluster was closed here.')
  /** Of what is under way. One for each: a signal that is made of two others costs five times as much as the rest of a request. */
  const running = new Set<AbortController>()
  const sockets = new Set<Duplex>()
  let open = true

  async function send<T>(
    request: KubeRequest,
    signal: AbortSignal,
    by: (route: Route, signal: AbortSignal) => Promise<T>,
    /** What it goes on in once it was answered. */
    carrier: (answer: T) => Duplex | Readable,
  ): Promise<T> {
    if (!open) throw closed()
    if (isOwnPath(request.path)) {
      throw new TypeError('This path is one of the agent’s own, not of the Kubernetes API: it was not sent.')
    }
    const own = new AbortController()
    const onAbort = () => own.abort(signal.reason)
    const over = () => {
      running.delete(own)
      signal.removeEventListener('abort', onAbort)
    }
    running.add(own)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    let route: Route | undefined
    try {
      const answer = await onRoute(find, clusterId, found => {
        route = found
        return by(found, own.signal)
      })
      const stream = carrier(answer)
      if (stream.closed) over()
      else stream.once('close', over)
      return answer
    } catch (error) {
      over()
      if (!open) throw closed()
      throw transportFailure(error, signal, route?.heard() ?? false)
    }
  }

  return {
    kind: 'agent',
    room,
    request: (request, signal) =>
      send(
        request,
        signal,
        ({ pool }, either) => pool.request(request, either),
        ({ body }) => body,
      ),
    upgrade: async (request, signal) => {
      const upgraded = await send(
        request,
        signal,
        ({ pool }, either) => pool.upgrade(request, either),
        ({ socket }) => socket,
      )
      const { socket } = upgraded
      if (!open) socket.destroy()
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return upgraded
    },
    [Symbol.asyncDispose]: async () => {
      open = false
      for (const own of running) own.abort(closed())
      for (const socket of sockets) socket.destroy()
    },
  }
}
