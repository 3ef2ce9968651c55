/**
 * A hub as far as one agent needs it to join and to be used: the HTTPS in front that the direct one has too, and a
 * tunnel behind. Who registers is believed: nothing of identities is measured here.
 */
import { Readable } from 'node:stream'
import { type Link, openLink } from '@moorage/tunnel/link.ts'
import { openPool } from '@moorage/tunnel/pool.ts'
import { acceptUpgrade, isTunnelUpgrade } from '@moorage/tunnel/upgrade.ts'
import { frontOf, listening, passUpgrade } from './front.ts'
import { ready, settings } from './settings.ts'

let link: Link | undefined
let linking = false
const pool = openPool({ want: connections => link?.send({ type: 'want', connections } as { type: string }) })

const joined = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  trailers: () => ({}),
}
const server = frontOf(settings(), {
  request: async (request, signal) =>
    request.path.startsWith('/agent/v1/')
      ? { ...joined, body: Readable.from([Buffer.from('{"cluster":"bench"}')]) }
      : pool.request(request, signal),
})

async function openFirst(): Promise<void> {
  linking = true
  const { socket } = await pool.upgrade(
    { method: 'GET', path: '/-/moorage/link', headers: { upgrade: 'moorage-link' } },
    new AbortController().signal,
  )
  link = openLink(socket, { receive: () => {} })
  link.send({ type: 'welcome', replica: 'bench', hubVersion: '0.1.0' } as { type: string })
}

server.on('upgrade', (request, socket, head) => {
  if (!isTunnelUpgrade(request)) {
    void passUpgrade(pool, request, socket)
    return
  }
  const connection = acceptUpgrade(request, socket, head)
  connection.on('error', () => {}) // it closes then
  if (!pool.add(connection)) connection.destroy()
  else if (!linking) void openFirst()
})
ready(await listening(server))
