import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type Duplex, Readable } from 'node:stream'
import { TransportError } from '@moorage/kube/errors.ts'
import type { KubeRequest, KubeResponse, KubeTransport } from '@moorage/kube/transport.ts'
import { API_CONNECTIONS, API_IDLE_MS } from '../limits.ts'

export interface LeanTarget {
  host: string
  connect(signal: AbortSignal): Promise<Duplex>
  authorization(): string
}

/** Keeps connections that are dialled by us. */
class DiallingAgent extends http.Agent {
  readonly #connect: (signal: AbortSignal) => Promise<Duplex>
  readonly #signal: AbortSignal

  constructor(connect: (signal: AbortSignal) => Promise<Duplex>, signal: AbortSignal) {
    super({ keepAlive: true, maxSockets: API_CONNECTIONS, timeout: API_IDLE_MS, scheduling: 'lifo' })
    this.#connect = connect
    this.#signal = signal
  }

  override createConnection(_options: unknown, done?: (error: Error | null, socket: Duplex) => void): undefined {
    this.#connect(this.#signal).then(
      socket => done?.(null, socket),
      error => done?.(error, undefined as unknown as Duplex),
    )
    return undefined
  }
}

/**
 * A transport on `node:http` alone. The one of `@moorage/kube` is quicker under
 * load and takes 15 MB more of memory, which in an agent counts for more.
 */
export function leanTransport({ host, connect, authorization }: LeanTarget): KubeTransport {
  const closing = new AbortController()
  const agent = new DiallingAgent(connect, closing.signal)

  function send(request: KubeRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { method, path, headers, body } = request
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const sent: ClientRequest = http.request({
      agent,
      method,
      path,
      headers: { ...headers, host, authorization: authorization(), ...lengthOf(body) },
      // An idle time of the agent's is not one of a quiet watch.
      timeout: 0,
    })
    const onAbort = () => sent.destroy(asError(signal.reason))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    sent.once('socket', (socket: Socket) => socket.setTimeout(0))
    sent.once('close', () => signal.removeEventListener('abort', onAbort))
    sent.once('response', resolve)
    sent.on('error', error => reject(signal.aborted ? signal.reason : error))
    if (body instanceof Readable) {
      body.on('error', error => sent.destroy(error))
      body.pipe(sent)
    } else {
      sent.end(body)
    }
    return promise
  }

  const closed = () => new TransportError('aborted', `The connection to ${host} was closed here.`)
  const failure = (error: unknown) => {
    if (closing.signal.aborted) return closed()
    if (error instanceof TransportError) return error
    const { code, name } = error as NodeJS.ErrnoException
    if (name === 'TimeoutError') return new TransportError('timeout', `${host} did not answer in time.`)
    if (name === 'AbortError') return new TransportError('aborted', `The request to ${host} was given up.`)
    return new TransportError(
      'reset',
      `The connection to ${host} broke off${code === undefined ? '' : ` (${code})`}.`,
      { code },
    )
  }

  return {
    kind: 'direct',
    async request(request, signal): Promise<KubeResponse> {
      if (closing.signal.aborted) throw closed()
      let answer: IncomingMessage
      try {
        answer = await send(request, signal)
      } catch (error) {
        const first = failure(error)
        // A kept connection may be closed by the server just as it is used again: one more try.
        const again = first.reason === 'reset' && request.method === 'GET' && !signal.aborted
        if (!again || closing.signal.aborted) throw first
        answer = await send(request, signal).catch(second => {
          throw failure(second)
        })
      }
      return {
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        body: answer,
        trailers: () => answer.trailers as Record<string, string>,
      }
    },
    upgrade: () => Promise.reject(new Error('The agent upgrades no connections of its own.')),
    async [Symbol.asyncDispose]() {
      closing.abort(closed())
      agent.destroy()
    },
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))

const lengthOf = (body: KubeRequest['body']): Record<string, number> =>
  body === undefined || body instanceof Readable ? {} : { 'content-length': Buffer.byteLength(body) }
