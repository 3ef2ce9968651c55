import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** ms; how often connections are looked at for being idle. */
const IDLE_LOOK = 100

/** What the proxy does with connections. */
export type Fault =
  | { kind: 'pass' }
  /** New connections are reset, and open ones when it begins. */
  | { kind: 'cut' }
  /** Accepts and goes silent: nothing is read and nothing written, in either direction. */
  | { kind: 'stall' }
  /** Each chunk waits `delayMs`, and no more than `bytesPerSecond` pass in each direction. */
  | { kind: 'slow'; delayMs?: number; bytesPerSecond?: number }
  /** A connection is reset once it has carried that many bytes towards the client, or the other side. */
  | { kind: 'drop-after'; bytes: number; towards?: 'client' | 'server' }
  /** Sends FIN to that side while the other goes on: half-open. */
  | { kind: 'half-close'; side: 'client' | 'server' }
  /**
   * A connection that carried nothing for `ms` is ended, as load balancers do: both sides get a reset, or with
   * `silently` nobody is told, and who next sends something gets one.
   */
  | { kind: 'idle'; ms: number; silently?: boolean }
  /** Bytes are collected, `ms` from the first one on or until there are `bytes` of them. */
  | { kind: 'buffer'; ms: number; bytes: number }

/** A TCP proxy on loopback that can be told to misbehave, at any moment, for open connections too. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  readonly host: '127.0.0.1'
  /** Connections open now. */
  readonly open: number
  /** Connections ever accepted. */
  readonly accepted: number
  /** Connections ever ended for being idle. */
  readonly ended: number
  set(fault: Fault): void
  pass(): void
  cut(): void
  stall(): void
  /** Resets the connections that are open now, once; new ones are treated as before. */
  resetOpen(): void
  close(): Promise<void>
}

interface Pair {
  client: Socket
  server: Socket
  /** Bytes carried in the direction that `drop-after` looks at. */
  carried: number
  /** Sides that were sent a FIN by a fault: what comes for them afterwards is dropped. */
  finished: Set<Socket>
  /** When bytes last came, from either side. */
  usedAt: number
  /** Nothing is passed on any more, and whoever sends something gets a reset. */
  forgotten: boolean
  reset(): void
}

/** Starts a proxy in front of `target`, which is looked at for each connection: changing it moves those that come next. */
export async function startFaultProxy(target: { host?: string; port: number }): Promise<FaultProxy> {
  let fault: Fault = { kind: 'pass' }
  let accepted = 0
  let ended = 0
  /** Resolves, and is replaced, whenever the fault changes: what held a chunk back looks again. */
  let changed = Promise.withResolvers<void>()
  const pairs = new Set<Pair>()
  const listener = createServer({ allowHalfOpen: true }, client => {
    accepted++
    if (fault.kind === 'cut') client.resetAndDestroy()
    else join(client)
  })

  function join(client: Socket) {
    const server = connect({ host: target.host ?? '127.0.0.1', port: target.port, allowHalfOpen: true })
    const pair: Pair = {
      client,
      server,
      carried: 0,
      finished: new Set(),
      usedAt: performance.now(),
      forgotten: false,
      reset() {
        pairs.delete(pair)
        client.resetAndDestroy()
        server.resetAndDestroy()
      },
    }
    pairs.add(pair)
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => pair.reset()) // an error of one side is a reset of the other
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) pairs.delete(pair)
      })
    }
    client.pipe(hold(pair, false)).pipe(server)
    server.pipe(hold(pair, true)).pipe(client)
    if (fault.kind === 'half-close') halfClose(pair, fault.side)
  }

  /** Passes chunks on as the fault of the moment lets it. Back-pressure does the rest. */
  function hold(pair: Pair, towardsClient: boolean): Transform {
    const from = towardsClient ? pair.server : pair.client
    const collected: Buffer[] = []
    let timer: NodeJS.Timeout | null = null
    const release = (through: Transform) => {
      if (timer !== null) clearTimeout(timer)
      timer = null
      if (collected.length > 0) through.push(Buffer.concat(collected.splice(0)))
    }
    const collect = (through: Transform, chunk: Buffer, { ms, bytes }: { ms: number; bytes: number }) => {
      collected.push(chunk)
      const size = collected.reduce((sum, { length }) => sum + length, 0)
      if (size >= bytes) release(through)
      else timer ??= setTimeout(release, ms, through)
    }
    const wait = async (bytes: number) => {
      while (fault.kind === 'stall') await changed.promise
      if (fault.kind !== 'slow') return
      const ms = (fault.delayMs ?? 0) + (fault.bytesPerSecond ? (bytes / fault.bytesPerSecond) * 1000 : 0)
      await Promise.race([delay(ms, undefined, { ref: false }), changed.promise])
    }
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        pair.usedAt = performance.now()
        if (pair.forgotten) {
          from.resetAndDestroy()
          return done()
        }
        wait(chunk.length).then(() => {
          if (fault.kind === 'buffer') {
            collect(this, chunk, fault)
            return done()
          }
          release(this)
          if (pair.finished.has(towardsClient ? pair.client : pair.server)) return done()
          if (fault.kind !== 'drop-after') return done(null, chunk)
          if (towardsClient !== (fault.towards !== 'server')) return done(null, chunk)
          const left = fault.bytes - pair.carried
          pair.carried += chunk.length
          if (chunk.length < left) return done(null, chunk)
          const to = towardsClient ? pair.client : pair.server
          to.write(chunk.subarray(0, Math.max(0, left)), () => pair.reset())
        })
      },
      flush(done) {
        if (pair.forgotten) from.resetAndDestroy()
        // The end is held back like any byte.
        wait(0).then(() => {
          release(this)
          done()
        })
      },
      destroy(error, done) {
        if (timer !== null) clearTimeout(timer)
        done(error)
      },
    })
  }

  function halfClose(pair: Pair, side: 'client' | 'server') {
    pair.finished.add(pair[side])
    pair[side].end()
  }

  function endIdle() {
    if (fault.kind !== 'idle') return
    const { ms, silently = false } = fault
    for (const pair of [...pairs]) {
      if (pair.forgotten || performance.now() - pair.usedAt < ms) continue
      ended++
      if (silently) pair.forgotten = true
      else pair.reset()
    }
  }
  const looking = setInterval(endIdle, IDLE_LOOK)
  looking.unref()

  function set(next: Fault) {
    // One that was not watched was not idle.
    if (next.kind === 'idle' && fault.kind !== 'idle') for (const pair of pairs) pair.usedAt = performance.now()
    fault = next
    changed.resolve()
    changed = Promise.withResolvers<void>()
    if (next.kind === 'cut') resetOpen()
    if (next.kind === 'half-close') for (const pair of pairs) halfClose(pair, next.side)
  }

  function resetOpen() {
    for (const pair of [...pairs]) pair.reset()
  }

  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  const close = async () => {
    clearInterval(looking)
    resetOpen()
    set({ kind: 'pass' }) // lets go of what was held back
    if (!listener.listening) return
    listener.close()
    await once(listener, 'close')
  }
  return {
    port,
    host: '127.0.0.1',
    get open() {
      return pairs.size
    },
    get accepted() {
      return accepted
    },
    get ended() {
      return ended
    },
    set,
    pass: () => set({ kind: 'pass' }),
    cut: () => set({ kind: 'cut' }),
    stall: () => set({ kind: 'stall' }),
    resetOpen,
    close,
    [Symbol.asyncDispose]: close,
  }
}
