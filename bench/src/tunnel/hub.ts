/** The hub's part: HTTPS in front as users reach it, tunnel connections behind. */
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Link, openLink } from '@moorage/tunnel/link.ts'
import { openPool } from '@moorage/tunnel/pool.ts'
import { pour } from '@moorage/tunnel/pour.ts'
import { acceptUpgrade } from '@moorage/tunnel/upgrade.ts'
import { ready, settings } from './settings.ts'

const { cert, key, maxConnections } = settings()
let link: Link | undefined
const pool = openPool({
  want: connections => link?.send({ type: 'want', connections } as { type: string }),
  maxConnections,
  maxWaiting: 2_000,
})

const server = https.createServer({ cert, key, keepAliveTimeout: 0, requestTimeout: 0 }, async (request, response) => {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  try {
    const { method = 'GET', url: path = '/', headers } = request
    const body = method === 'GET' ? undefined : request
    const answer = await pool.request(
      { method, path, headers: headers as Record<string, string>, ...(body && { body, spendBody: true }) },
      gone.signal,
    )
    const { connection, 'transfer-encoding': _framing, ...kept } = answer.headers
    response.writeHead(answer.status, kept as Record<string, string>)
    pour(answer.body, response)
  } catch (error) {
    if (!response.headersSent) response.writeHead(502)
    response.end(String(error))
  }
})
server.on('upgrade', async (request, socket, head) => {
  const connection = acceptUpgrade(request, socket, head)
  if (!pool.add(connection)) connection.destroy()
  else if (request.url === '/tunnel?first') {
    const { socket: linked } = await pool.upgrade(
      { method: 'GET', path: '/link', headers: { upgrade: 'moorage-link' } },
      new AbortController().signal,
    )
    link = openLink(linked, { receive: () => {} })
    linked.once('close', () => process.exit())
  }
})
server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port))
