/**
 * A long way between two sides: what goes in comes out after `delayMs` on the other side, each direction by itself,
 * so a round trip costs twice as much. Bandwidth is not limited: everything that is under way is held here.
 */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { ready, settings } from './settings.ts'

const { nextPort, delayMs = 0 } = settings()
/** Bytes under way in one direction of one connection: more than any machine sends over loopback in 40 ms. */
const UNDER_WAY = 256 * 1024 * 1024

function carry(from: Socket, to: Socket): void {
  const queue: { due: number; chunk: Buffer | null }[] = []
  let held = 0
  let timer: NodeJS.Timeout | null = null
  const release = () => {
    timer = null
    const now = performance.now()
    while (queue[0] && queue[0].due <= now && !to.writableNeedDrain) {
      const { chunk } = queue.shift() as (typeof queue)[number]
      if (chunk === null) to.end()
      else {
        held -= chunk.length
        to.write(chunk)
      }
    }
    if (from.isPaused() && held < UNDER_WAY) from.resume()
    // While the far side is full, its drain goes on from here.
    if (queue[0] && !to.writableNeedDrain) timer = setTimeout(release, Math.max(0, queue[0].due - performance.now()))
  }
  const put = (chunk: Buffer | null) => {
    queue.push({ due: performance.now() + delayMs, chunk })
    timer ??= setTimeout(release, delayMs)
  }
  from.on('data', chunk => {
    held += chunk.length
    if (held >= UNDER_WAY) from.pause()
    put(chunk)
  })
  from.on('end', () => put(null))
  from.on('error', () => to.destroy())
  from.on('close', () => {
    if (!from.readableEnded) to.destroy()
  })
  to.on('drain', () => {
    if (timer === null) release()
  })
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, near => {
  const far = connect({ host: '127.0.0.1', port: nextPort, allowHalfOpen: true, noDelay: true })
  carry(near, far)
  carry(far, near)
})
server.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port))
