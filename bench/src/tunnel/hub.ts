/** The hub's part: HTTPS in front as users reach it, tunnel connections behind. */
import { type Link, openLink } from '@moorage/tunnel/link.ts'
import { openPool } from '@moorage/tunnel/pool.ts'
import { acceptUpgrade } from '@moorage/tunnel/upgrade.ts'
import { frontOf, listening } from './front.ts'
import { ready, settings } from './settings.ts'

const { cert, key, maxConnections } = settings()
let link: Link | undefined
const pool = openPool({
  want: connections => link?.send({ type: 'want', connections } as { type: string }),
  maxConnections,
  maxWaiting: 2_000,
})

const server = frontOf({ cert, key }, pool)
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
ready(await listening(server))
