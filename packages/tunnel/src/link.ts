import type { Duplex } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { type Clock, systemClock } from './clock.ts'
import {
  LATE_LOOK_MS,
  LATE_LOOKS,
  LINK_LINE_BYTES,
  LINK_WAITING_BYTES,
  LOOK_AGAIN_MS,
  PING_MS,
  SILENCE_MS,
} from './limits.ts'

/** Says what a message is. `ping` belongs to the link itself. */
export interface LinkMessage {
  type: string
}

export interface LinkOptions {
  /** Called for every message but pings; unchecked beyond having a `type`. Throwing ends the link. */
  receive(message: LinkMessage & Record<string, unknown>): void
  /** ms between pings. */
  pingMs?: number
  /** ms without hearing anything until the link ends. */
  silenceMs?: number
  clock?: Clock
}

/** Why a link ended. */
export type LinkEnd = 'closed-here' | 'closed-there' | 'silent' | 'malformed' | 'slow'

export interface Link extends Disposable {
  /** Never waits; a peer that stops reading ends the link ('slow'). After the end it does nothing. */
  send(message: LinkMessage): void
  /** Resolves, never rejects. */
  readonly ended: Promise<LinkEnd>
  /** ms since something was heard. */
  silentMs(): number
}

/** Messages as JSON lines both ways, with pings; both sides use this. Disposing destroys the socket. */
export const openLink = (socket: Duplex, options: LinkOptions): Link => {
  const { receive, pingMs = PING_MS, silenceMs = SILENCE_MS, clock = systemClock } = options
  const { promise: ended, resolve } = Promise.withResolvers<LinkEnd>()
  const decoder = new StringDecoder('utf8')
  let open = true
  let heardAt = clock.now()
  let line = ''
  let stopPings = () => {}
  let stopWatch = () => {}

  const end = (why: LinkEnd) => {
    if (!open) return
    open = false
    stopPings()
    stopWatch()
    socket.destroy()
    resolve(why)
  }

  const send = (message: LinkMessage) => {
    if (!open) return
    socket.write(`${JSON.stringify(message)}\n`)
    if (socket.writableLength > LINK_WAITING_BYTES) end('slow')
  }

  const read = (text: string) => {
    if (text === '') return
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('type' in message) || typeof message.type !== 'string') {
      throw new TypeError('A message says its type.')
    }
    if (message.type !== 'ping') receive(message as LinkMessage & Record<string, unknown>)
  }

  const onData = (chunk: Buffer) => {
    heardAt = clock.now()
    const lines = (line + decoder.write(chunk)).split('\n')
    line = lines.pop() as string
    try {
      if (line.length > LINK_LINE_BYTES) throw new RangeError('A line is too long.')
      for (const whole of lines) if (open) read(whole)
    } catch {
      end('malformed') // whatever it was: what follows can not be trusted to be understood
    }
  }

  const ping = () => {
    send({ type: 'ping', at: Date.now() } as LinkMessage)
    if (open) stopPings = clock.after(pingMs, ping)
  }

  const lookIn = (ms: number, lateLooks: number) => {
    const due = clock.now() + ms
    stopWatch = clock.after(ms, () => {
      const now = clock.now()
      const left = heardAt + silenceMs - now
      if (left > 0) lookIn(left, 0)
      // Timers go before reads: after a standstill what the peer said in time still waits to be read.
      else if (now - due >= LATE_LOOK_MS && lateLooks < LATE_LOOKS) lookIn(LOOK_AGAIN_MS, lateLooks + 1)
      else end('silent')
    })
  }

  socket.on('data', onData)
  socket.on('end', () => end('closed-there'))
  socket.on('error', () => end('closed-there'))
  socket.on('close', () => end('closed-there'))
  if (socket.destroyed) end('closed-there')
  else {
    stopPings = clock.after(pingMs, ping)
    lookIn(silenceMs, 0)
  }

  return {
    send,
    ended,
    silentMs: () => clock.now() - heardAt,
    [Symbol.dispose]: () => end('closed-here'),
  }
}
