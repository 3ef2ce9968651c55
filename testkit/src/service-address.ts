import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { API_SERVICE_IP } from './control-plane-flags.ts'

/** What pods find the API server by. */
const SERVICE_PORT = 443

/**
 * Lets pods reach the API server at the address of its Service, which a
 * kube-proxy does elsewhere: an alias of the loopback interface, and a server
 * there that passes connections on. Needs root.
 */
export async function serveApiService(target: { url: string }): Promise<AsyncDisposable> {
  const { hostname, port } = new URL(target.url)
  execFileSync('ip', ['addr', 'add', `${API_SERVICE_IP}/32`, 'dev', 'lo'], { stdio: 'pipe' })
  const open = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(Number(port), hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  const stop = async () => {
    for (const socket of open) socket.destroy()
    if (server.listening) await new Promise(resolve => server.close(resolve))
    execFileSync('ip', ['addr', 'del', `${API_SERVICE_IP}/32`, 'dev', 'lo'], { stdio: 'pipe' })
  }
  try {
    server.listen(SERVICE_PORT, API_SERVICE_IP)
    await once(server, 'listening')
  } catch (error) {
    await stop()
    throw error
  }
  return { [Symbol.asyncDispose]: stop }
}
