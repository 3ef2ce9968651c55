import http, { type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { TransportError } from '@moorage/kube/errors.ts'
import { readBounded } from '@moorage/kube/read-body.ts'
import { withinTime } from '@moorage/kube/within.ts'
import { ANSWER_BYTES, CALL_MS } from '../limits.ts'
import type { HubConnector } from './connect.ts'
import { HubRefusal } from './refusal.ts'

const SECOND = 1000

/** An ordinary call to the hub. */
export interface Call {
  /** Such as `/agent/v1/hello`. */
  path: string
  authorization: string
  body: object
}

/** The path of an address below the hub's URL. */
export const hubPath = (url: URL, path: string) => `${url.pathname.replace(/\/+$/, '')}${path}`

/** POSTs to the hub, on a connection of its own. Rejects with a `HubRefusal` or a `TransportError`. */
export const callHub = (
  connector: HubConnector,
  url: URL,
  { path, authorization, body }: Call,
  signal: AbortSignal,
): Promise<unknown> =>
  withinTime(CALL_MS, `The hub at ${url.host} did not answer within ${CALL_MS / 1000} s.`, signal, async either => {
    const socket = await connector.connect(either)
    const onAbort = () => socket.destroy()
    either.addEventListener('abort', onAbort, { once: true })
    try {
      const answer = await exchange(socket as Socket, url, hubPath(url, path), authorization, JSON.stringify(body))
      const bytes = await readBounded(answer.body, ANSWER_BYTES)
      const said = parse(bytes)
      if (answer.status === 200) return said
      throw new HubRefusal(answer.status, said, answer.date, answer.retryAfterMs)
    } catch (error) {
      if (either.aborted) throw either.reason
      if (error instanceof HubRefusal || error instanceof TransportError) throw error
      throw new TransportError('reset', `The connection to the hub at ${url.host} broke off.`, { cause: error })
    } finally {
      socket.destroy()
    }
  })

function exchange(socket: Socket, url: URL, path: string, authorization: string, body: string) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number
    date: Date | undefined
    retryAfterMs: number | undefined
    body: IncomingMessage
  }>()
  const request = http.request({
    createConnection: () => socket,
    method: 'POST',
    path,
    headers: {
      host: url.host,
      authorization,
      accept: 'application/json',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    },
  })
  request.on('error', reject)
  request.once('response', answer => {
    const date = new Date(answer.headers.date ?? Number.NaN)
    const after = Number(answer.headers['retry-after'] ?? Number.NaN) * SECOND
    resolve({
      status: answer.statusCode ?? 0,
      date: Number.isNaN(date.getTime()) ? undefined : date,
      retryAfterMs: after >= 0 ? after : undefined,
      body: answer,
    })
  })
  request.end(body)
  return promise
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null // whoever answered was not the hub
  }
}
