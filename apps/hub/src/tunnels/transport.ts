import type { Duplex } from 'node:stream'
import { TransportError } from '@moorage/kube/errors.ts'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { transportFailure } from './failure.ts'
import type { FindRoute, Route } from './route.ts'

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
export function agentTransport(find: FindRoute, clusterId: string): KubeTransport {
  const closing = new AbortController()
  const sockets = new Set<Duplex>()
  const closed = () => new TransportError('aborted', 'The connection to the cluster was closed here.')

  async function send<T>(
    request: KubeRequest,
    signal: AbortSignal,
    by: (route: Route, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (closing.signal.aborted) throw closed()
    if (isOwnPath(request.path)) {
      throw new TypeError('This path is one of the agent’s own, not of the Kubernetes API: it was not sent.')
    }
    const either = AbortSignal.any([signal, closing.signal])
    const route = await find(clusterId)
    try {
      return await by(route, either)
    } catch (error) {
      if (closing.signal.aborted) throw closed()
      throw transportFailure(error, signal, route.linked())
    }
  }

  return {
    kind: 'agent',
    request: (request, signal) => send(request, signal, ({ pool }, either) => pool.request(request, either)),
    upgrade: async (request, signal) => {
      const upgraded = await send(request, signal, ({ pool }, either) => pool.upgrade(request, either))
      const { socket } = upgraded
      if (closing.signal.aborted) socket.destroy()
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return upgraded
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort(closed())
      for (const socket of sockets) socket.destroy()
    },
  }
}
