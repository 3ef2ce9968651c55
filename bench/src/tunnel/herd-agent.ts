import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import tls, { type SecureContext } from 'node:tls'
import { reportedKinds } from '@moorage/projector/project.ts'
import { type Dialling, keepDialled } from '@moorage/tunnel/dialling.ts'
import { BACK_OFF, MAX_CONNECTIONS, SPARES } from '@moorage/tunnel/limits.ts'
import { type Link, openLink } from '@moorage/tunnel/link.ts'
import { type Handle, serveConnection } from '@moorage/tunnel/serve.ts'
import { dialHub } from '@moorage/tunnel/upgrade.ts'
import type { Identity } from './herd-identity.ts'

/** ms; empty lines of a quiet inventory, as the agent sends them. */
const QUIET_MS = 5_000
/** ms; of a handshake, and of the answer to the upgrade behind it. */
const HANDSHAKE_WITHIN = 10_000
const UPGRADE_WITHIN = 20_000

export interface HerdDeps {
  hubPort: number
  apiPort: number
  /** Of the API server. */
  token: string
  /** Trusts the hub and the API server. */
  context: SecureContext
}

export interface HerdAgent {
  readonly linked: boolean
}

/**
 * An agent's tunnel as it really is. What the hub asks goes on to the one API server that all share, but for two
 * answers: the cluster's own UID, and an inventory in which nothing is and nothing changes. 1,000 projectors would
 * be 30,000 watches of that API server, and measure it.
 */
export function startHerdAgent(deps: HerdDeps, identity: Identity, pod: string): HerdAgent {
  const { hubPort, apiPort, token, context } = deps
  const links = new Set<Link>()
  let session: Buffer | undefined

  const connect = async (port: number, signal?: AbortSignal) => {
    const resumed = port === hubPort && session ? { session } : {}
    const servername = 'localhost'
    const socket = tls.connect({ host: '127.0.0.1', port, servername, secureContext: context, ...resumed })
    socket.on('error', () => {}) // whoever waits hears of it
    if (port === hubPort) {
      socket.on('session', ticket => {
        session = ticket
      })
    }
    const late = AbortSignal.any([AbortSignal.timeout(HANDSHAKE_WITHIN), ...(signal ? [signal] : [])])
    await once(socket, 'secureConnect', { signal: late }).catch(error => {
      session = undefined
      socket.destroy()
      throw error
    })
    return socket
  }

  const link = (socket: Parameters<typeof openLink>[0]) => {
    const opened = openLink(socket, {
      receive: message => {
        if (message.type === 'want') dialling.want(Number(message.connections))
      },
    })
    links.add(opened)
    const hello = { type: 'hello', version: '0.1.0', mode: 'read-only', namespace: 'moorage-system', pod }
    opened.send({ ...hello, proxied: false, spares: SPARES } as { type: string })
    void opened.ended.then(why => {
      links.delete(opened)
      if (why === 'silent') dialling.redial()
    })
  }

  const handle: Handle = ({ path, headers }) => {
    if (path === '/-/moorage/link') return { do: 'upgrade', protocol: 'moorage-link', take: link }
    if (path === '/-/moorage/inventory') {
      return { do: 'answer', status: 200, body: ({ body, signal }) => inventory(body, signal) }
    }
    if (path === '/api/v1/namespaces/kube-system') {
      const body = JSON.stringify({ metadata: { name: 'kube-system', uid: identity.uid } })
      return { do: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body }
    }
    const kept = headers.filter(([name]) => name !== 'host' && name !== 'authorization')
    const own = [['host', 'localhost'] as const, ['authorization', `Bearer ${token}`] as const]
    return { do: 'relay', headers: [...own, ...kept], connect: () => connect(apiPort) }
  }

  const dialling: Dialling = keepDialled({
    dial: async signal => {
      const socket = await connect(hubPort, signal)
      const headers = { authorization: identity.authorization() }
      const address = { path: '/agent/v1/tunnel', host: `127.0.0.1:${hubPort}`, headers }
      return dialHub(socket, address, 'upgrade', AbortSignal.any([signal, AbortSignal.timeout(UPGRADE_WITHIN)]))
    },
    serve: (connection, inUse) => serveConnection(connection, handle, { inUse }),
    spares: SPARES,
    max: MAX_CONNECTIONS,
    backOff: BACK_OFF,
    random: Math.random,
    signal: new AbortController().signal, // ends with the process
    log: () => {},
  })
  return {
    get linked() {
      return links.size > 0
    },
  }
}

/** Kinds that the hub has not read before are empty; then nothing happens. */
async function inventory(body: Readable, signal: AbortSignal): Promise<PassThrough> {
  const { resume = {} } = JSON.parse(Buffer.concat(await body.toArray()).toString()) as { resume?: object }
  const lines = new PassThrough()
  const say = (batch: object) => lines.write(`${JSON.stringify(batch)}\n`)
  for (const kind of reportedKinds) {
    if (!(kind in resume)) {
      if (kind === 'Event') say({ type: 'events', upserts: [], resourceVersion: '1' })
      else {
        say({ type: 'list-start', kind })
        say({ type: 'list-end', kind, resourceVersion: '1' })
      }
    }
    say({ type: 'state', kind, state: 'watching', message: null })
  }
  const beat = setInterval(() => lines.write('\n'), QUIET_MS)
  signal.addEventListener('abort', () => {
    clearInterval(beat)
    lines.destroy()
  })
  return lines
}
