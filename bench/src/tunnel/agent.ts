/** The agent's part: dials the hub, and relays what comes to the server behind. */
import { once } from 'node:events'
import tls from 'node:tls'
import { keepDialled } from '@moorage/tunnel/dialling.ts'
import { BACK_OFF, SPARES } from '@moorage/tunnel/limits.ts'
import { openLink } from '@moorage/tunnel/link.ts'
import { type Handle, serveConnection } from '@moorage/tunnel/serve.ts'
import { dialHub } from '@moorage/tunnel/upgrade.ts'
import { ready, settings } from './settings.ts'

const { ca, originPort, hubPort, maxConnections } = settings()

const connectTo = (port: number) => {
  const secureContext = tls.createSecureContext({ ca })
  let session: Buffer | undefined
  return async () => {
    const socket = tls.connect({
      host: '127.0.0.1',
      port,
      secureContext,
      servername: 'localhost',
      ...(session && { session }),
    })
    socket.on('session', made => {
      session = made
    })
    await once(socket, 'secureConnect')
    socket.setNoDelay(true)
    return socket
  }
}
const toOrigin = connectTo(originPort)
const toHub = connectTo(hubPort)

const handle: Handle = request => {
  if (request.path === '/link') {
    return {
      do: 'upgrade',
      protocol: 'moorage-link',
      take: socket => {
        openLink(socket, {
          receive: message => {
            if (message.type === 'want') dialling.want(Number(message.connections))
          },
        }).ended.then(() => process.exit())
      },
    }
  }
  const headers = request.headers.filter(([name]) => name !== 'host' && name !== 'authorization')
  headers.push(['host', 'localhost'], ['authorization', 'Bearer sesame'])
  return { do: 'relay', connect: toOrigin, headers }
}

let first = true
const dialling = keepDialled({
  dial: async signal => {
    const path = first ? '/tunnel?first' : '/tunnel'
    first = false
    return dialHub(await toHub(), { path, host: 'localhost', headers: {} }, 'upgrade', signal)
  },
  serve: (connection, inUse) => serveConnection(connection, handle, { inUse }),
  spares: SPARES,
  max: maxConnections,
  backOff: BACK_OFF,
  random: Math.random,
  signal: new AbortController().signal,
  log: (message, facts) => process.stderr.write(`agent: ${message} ${JSON.stringify(facts)}\n`),
})
ready(0)
