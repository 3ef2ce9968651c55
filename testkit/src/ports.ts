import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * The range that ports are taken from: below the ephemeral ports that the kernel
 * gives to outgoing connections, so that nobody takes the port of a server
 * while it is stopped, and a connection to it can't meet itself.
 */
const FIRST = 20_000
const LAST = 32_000
/** Tries before giving up: with half of the range taken, this fails once in 10^15. */
const TRIES = 50

/** A TCP port on 127.0.0.1 that nobody listened on just now, picked at random so that parallel runs do not meet. */
export async function freePort(): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(FIRST, LAST)
    if (await isFree(port)) return port
  }
  throw new Error(`no free TCP port found between ${FIRST} and ${LAST} on 127.0.0.1 in ${TRIES} tries`)
}

/** `count` different free ports. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort())
  return [...ports]
}

/** Whether nobody listens on that port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch {
    return false // taken, or not allowed: the next one then
  }
  server.close()
  await once(server, 'close')
  return true
}
