import { Socket } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import type { Channel } from './channel.ts'
import { ChunkedReader } from './chunked.ts'
import { TunnelError, UpgradeRefused } from './errors.ts'
import { HeadReader } from './head-reader.ts'
import { type BodyReader, bodyReader, IncomingBody } from './incoming-body.ts'
import { INTERIM_ANSWERS, REFUSAL_BYTES } from './limits.ts'
import type { OutgoingRequest } from './request-head.ts'
import { parseResponseHead, type ResponseHead } from './response-head.ts'
import { Sending } from './sending.ts'

export interface TunnelResponse {
  status: number
  /** Names in lower case; a field that came more than once is an array. */
  headers: Record<string, string | string[] | undefined>
  /** Must be read to its end or destroyed, or the connection stays taken. Fails with a `TunnelError` when the connection ends early. */
  body: Readable
  /** Known once the body has ended. */
  trailers(): Record<string, string>
}

export interface Upgraded {
  headers: TunnelResponse['headers']
  socket: Duplex
}

/** Who waits for the answer. */
export interface Asker {
  answered(response: TunnelResponse): void
  /** Only where an upgrade was asked for. */
  upgraded(upgraded: Upgraded): void
  /** `untouched`: nothing of an answer had come. */
  failed(error: Error, untouched: boolean): void
  /** The exchange needs no more looking after: it has ended one way or another. */
  over(): void
}

const NO_TRAILERS: Record<string, string> = {}

/** One request and its answer on one channel. */
export class Exchange {
  readonly #request: OutgoingRequest
  readonly #method: string
  readonly #upgrade: boolean
  readonly #asker: Asker
  readonly #heads = new HeadReader()
  #channel: Channel | null = null
  #sending: Sending | null = null
  #sent = false
  #touched = false
  #interim = 0
  #head: ResponseHead | null = null
  #reader: BodyReader | null = null
  #body: IncomingBody | null = null

  constructor(request: OutgoingRequest, method: string, upgrade: boolean, asker: Asker) {
    this.#request = request
    this.#method = method
    this.#upgrade = upgrade
    this.#asker = asker
  }

  begin(channel: Channel): void {
    this.#channel = channel
    const { head, bytes, stream } = this.#request
    const { socket } = channel
    // Before it is written: an answer may come while it is.
    this.#sent = stream === null
    if (bytes) {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(bytes)
      socket.uncork()
    } else {
      socket.write(head, 'latin1')
    }
    if (!stream) return
    this.#sending = new Sending(socket, stream, error => {
      this.#sending = null
      if (error) this.#fail(error)
      else this.#sent = true
    })
  }

  drained(): void {
    this.#sending?.drained()
  }

  take(chunk: Buffer): void {
    this.#touched = true
    try {
      let rest = chunk
      while (rest.length > 0 && this.#channel) rest = this.#reader ? this.#takeBody(rest) : this.#takeHead(rest)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  /** The agent will say no more. */
  ended(): void {
    if (this.#head?.framing.kind === 'close' && this.#reader) this.#complete(false)
  }

  brokeOff(cause: unknown): void {
    if (!this.#channel) return
    this.#channel = null
    this.#sending?.stop()
    const error = new TunnelError('closed', 'The connection through the tunnel ended before the answer did.', { cause })
    if (this.#body) this.#body.breakOff(error)
    else this.#asker.failed(cause instanceof TunnelError ? cause : error, !this.#touched)
    this.#asker.over()
  }

  /** Nobody wants the answer any more. */
  abort(reason: unknown): void {
    if (!this.#channel) return
    const body = this.#body
    this.#fail(reason instanceof Error ? reason : new TunnelError('closed', 'The request was given up.'))
    body?.destroy()
  }

  #fail(error: Error): void {
    const channel = this.#channel
    if (!channel) return
    this.#channel = null
    this.#sending?.stop()
    channel.finish(false)
    if (this.#body) this.#body.destroy(error)
    else this.#asker.failed(error, false)
    this.#asker.over()
  }

  #takeHead(bytes: Buffer): Buffer {
    const found = this.#heads.push(bytes)
    if (found === null) return bytes.subarray(bytes.length)
    const head = parseResponseHead(found.head, this.#method)
    if (head.status === 101) return this.#switch(head, found.rest)
    if (head.status < 200) {
      this.#interim += 1
      if (this.#interim > INTERIM_ANSWERS) throw new TunnelError('malformed', 'Interim answers came without end.')
      return found.rest
    }
    this.#head = head
    this.#reader = bodyReader(head.framing)
    const channel = this.#channel as Channel
    const body = new IncomingBody(
      () => {
        if (this.#channel && channel.socket.isPaused()) channel.socket.resume()
      },
      () => this.#fail(new TunnelError('closed', 'The answer was given up.')),
      channel.socket instanceof Socket,
    )
    this.#body = body
    const reader = this.#reader
    if (this.#upgrade) {
      refusal(head, body).then(error => this.#asker.failed(error, false))
    } else {
      const trailers = () => (reader instanceof ChunkedReader ? reader.trailers : NO_TRAILERS)
      this.#asker.answered({ status: head.status, headers: head.headers, body, trailers })
    }
    if (!reader.done) return found.rest
    this.#complete(found.rest.length === 0)
    return found.rest.subarray(found.rest.length)
  }

  #takeBody(bytes: Buffer): Buffer {
    const reader = this.#reader as BodyReader
    const body = this.#body as IncomingBody
    const taken = reader.push(bytes, piece => {
      if (!body.push(piece)) this.#channel?.socket.pause()
    })
    if (!reader.done) return bytes.subarray(taken)
    this.#complete(taken === bytes.length)
    return bytes.subarray(bytes.length)
  }

  /** The whole answer is here, although perhaps not yet read. */
  #complete(clean: boolean): void {
    const channel = this.#channel as Channel
    this.#channel = null
    const reusable = clean && this.#sent && !this.#upgrade && this.#head?.keepAlive === true
    // An answer that comes before the end of the request tells that the rest is not wanted.
    this.#sending?.stop()
    this.#body?.finish()
    channel.finish(reusable)
    this.#asker.over()
  }

  #switch(head: ResponseHead, rest: Buffer): Buffer {
    if (!this.#upgrade) throw new TunnelError('malformed', 'The answer switches protocols, which nobody asked for.')
    const channel = this.#channel as Channel
    this.#channel = null
    this.#asker.upgraded({ headers: head.headers, socket: channel.release(rest) })
    this.#asker.over()
    return rest.subarray(rest.length)
  }
}

/** What was said instead of switching protocols, as far as it is of interest. */
const refusal = async (head: ResponseHead, body: Readable): Promise<Error> => {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of body) {
      pieces.push(piece)
      size += piece.length
      if (size >= REFUSAL_BYTES) break
    }
  } catch {
    // The status is known, and what came of the reason will have to do.
  }
  return new UpgradeRefused(head.status, head.headers, Buffer.concat(pieces).subarray(0, REFUSAL_BYTES))
}
