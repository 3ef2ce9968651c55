import http from 'node:http'
import type { Duplex } from 'node:stream'
import { TransportError } from '@moorage/kube/errors.ts'
import { statusError } from '@moorage/kube/status.ts'

/** How to reach the API server for requests that are held. */
export interface HoldDeps {
  /** Opens one more connection to the API server, past TLS. */
  connect(signal: AbortSignal): Promise<Duplex>
  /** For the Host header. */
  host: string
  /** The Authorization header; '' where the connection itself says who asks. */
  authorization(): string | Promise<string>
}

/** ms; an API server answers within few. Where nobody says "continue" by then, something on the way keeps that to itself. */
const CONTINUE_WITHIN = 5_000
/** Bytes of an answer that are kept: enough for any Status. */
const ANSWER_BYTES = 64 * 1024

/** A DELETE that the API server has let in and that waits for its last bytes. */
export interface Held {
  /** Lets it happen, whatever is given up after that; resolves with false where the object was not there, rejects where it was refused. */
  release(): Promise<boolean>
  /** Gives it up: nothing happens. */
  drop(): void
}

/**
 * Sends the head of a DELETE and keeps its body back. An API server authorises
 * by the head, and asks for the body (100 Continue) only after that. So rights
 * that are removed in between do not matter any more: this is how a
 * ClusterRole and the binding that permits deleting it can both be deleted.
 * Rejects where the right is missing.
 */
export async function holdDelete(deps: HoldDeps, path: string, uid: string, signal: AbortSignal): Promise<Held> {
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    preconditions: { uid },
  })
  const authorization = await deps.authorization()
  const socket = await deps.connect(signal)
  const request = http.request({
    createConnection: () => socket,
    method: 'DELETE',
    path,
    headers: {
      host: deps.host,
      accept: 'application/json',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
      ...(authorization === '' ? {} : { authorization }),
    },
  })
  const onAbort = () => request.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  request.once('close', () => {
    signal.removeEventListener('abort', onAbort)
    socket.destroy()
  })
  const answered = answerOf(request)
  answered.catch(() => {}) // looked at when it is released
  const letIn = new Promise<void>(resolve => request.once('continue', resolve))
  const timer = Promise.withResolvers<void>()
  const timeout = setTimeout(timer.resolve, CONTINUE_WITHIN)
  request.flushHeaders()
  try {
    // An answer before the body was sent is a refusal: it rejects, or says that nothing is there.
    await Promise.race([letIn, answered, timer.promise])
  } finally {
    clearTimeout(timeout)
  }
  return {
    release() {
      signal.removeEventListener('abort', onAbort)
      if (!request.destroyed) request.end(body)
      return answered
    },
    drop: () => void request.destroy(),
  }
}

function answerOf(request: http.ClientRequest): Promise<boolean> {
  return new Promise((resolve, reject) => {
    request.once('error', error =>
      reject(new TransportError('reset', 'The API server ended a connection before it answered.', { cause: error })),
    )
    request.once('response', response => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= ANSWER_BYTES) chunks.push(chunk)
      })
      response.once('error', reject)
      response.once('end', () => {
        const status = response.statusCode ?? 0
        if (status === 404) return resolve(false)
        if (status < 300) return resolve(true)
        reject(statusError(status, response.headers, Buffer.concat(chunks)))
      })
    })
  })
}
