import http, { type RequestListener } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import type { RequestHead } from '../src/head.ts'
import { openPool, type Pool, type PoolOptions } from '../src/pool.ts'
import { type Handling, serveConnection } from '../src/serve.ts'

/** A server behind the agent, without a network. */
export interface Origin {
  server: http.Server
  /** How often it was connected to. */
  connections: Duplex[]
  connect(): Promise<Duplex>
}

export const origin = (listener: RequestListener): Origin => {
  const server = http.createServer({ keepAliveTimeout: 0 }, listener)
  const connections: Duplex[] = []
  return {
    server,
    connections,
    connect: async () => {
      const [near, far] = duplexPair()
      connections.push(far)
      // When one side is destroyed, so is the other, as with sockets.
      near.once('close', () => far.destroy())
      far.once('close', () => near.destroy())
      server.emit('connection', far)
      return near
    },
  }
}

export interface Rig {
  pool: Pool
  /** The agent's ends, in the order in which they were dialled. */
  agentEnds: Duplex[]
  hubEnds: Duplex[]
  logged: string[]
  /** What was asked for by `want`, call by call. */
  wanted: number[]
  inUse: boolean[]
  dial(): void
}

/** A pool and agents' ends that serve what `handle` says; `want` is answered by dialling, unless it says otherwise. */
export const rig = (
  handle: (request: RequestHead) => Handling | Promise<Handling>,
  options: Partial<PoolOptions> = {},
): Rig => {
  const made: Rig = {
    pool: openPool({
      want: connections => {
        made.wanted.push(connections)
        for (let each = 0; each < connections; each += 1) made.dial()
      },
      ...options,
    }),
    agentEnds: [],
    hubEnds: [],
    logged: [],
    wanted: [],
    inUse: [],
    dial: () => {
      const [hub, agent] = duplexPair()
      hub.once('close', () => agent.destroy())
      agent.once('close', () => hub.destroy())
      made.agentEnds.push(agent)
      made.hubEnds.push(hub)
      made.pool.add(hub)
      serveConnection(agent, handle, {
        log: (message, facts) => made.logged.push(`${message}: ${facts.message}`),
        inUse: busy => made.inUse.push(busy),
      })
    },
  }
  return made
}

/** Passes everything on to one origin. */
export const relayTo =
  (to: Origin) =>
  (request: RequestHead): Handling => ({ do: 'relay', connect: to.connect, headers: request.headers })

/** A signal that never fires. */
export const never = new AbortController().signal
