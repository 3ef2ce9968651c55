/** A hub that dials the server itself: the same HTTPS in front, and the direct transport behind. */
import { directTransport } from '@moorage/kube/direct.ts'
import { frontOf, listening, passUpgrade } from './front.ts'
import { ready, settings } from './settings.ts'

const given = settings()
const transport = directTransport({
  server: new URL(`https://127.0.0.1:${given.originPort}`),
  tls: { ca: given.ca, serverName: 'localhost', insecureSkipVerify: false },
  auth: { kind: 'token', token: given.token ?? 'sesame' },
  context: 'bench',
})
const server = frontOf(given, transport)
server.on('upgrade', (request, socket) => void passUpgrade(transport, request, socket))
ready(await listening(server))
