import http from 'node:http'
import type { Socket } from 'node:net'
import { TransportError } from './errors.ts'
import { REFUSAL_BYTES } from './limits.ts'
import { networkFailure, signalFailure } from './network-failure.ts'
import { nameOf, type Place } from './place.ts'
import { readBounded } from './read-body.ts'
import { upgradeError } from './status.ts'
import type { KubeRequest, UpgradedStream } from './transport.ts'

/**
 * Sends an upgrade on a connection of its own, which is destroyed when no
 * upgrade comes of it. `node:http` and not the pool's client, as that one
 * hides the answer to a refused upgrade, and with it why exec was forbidden.
 */
export const upgradeOver = (
  socket: Socket,
  place: Place,
  { method, path, headers, body }: KubeRequest,
  signal: AbortSignal,
): Promise<UpgradedStream> =>
  new Promise((resolve, reject) => {
    const finish = () => signal.removeEventListener('abort', onAbort)
    const fail = (error: Error) => {
      finish()
      socket.destroy()
      reject(error)
    }
    const onAbort = () => fail(signalFailure(place, signal))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
      return fail(new TypeError('An upgrade takes no streamed body.'))
    }
    const names = new Set(Object.keys(headers ?? {}).map(name => name.toLowerCase()))
    const request = http.request({
      method,
      path,
      headers: { ...headers, ...(names.has('connection') ? {} : { connection: 'Upgrade' }) },
      createConnection: () => socket,
    })
    request.on('error', error => fail(networkFailure(place, error)))
    request.once('upgrade', (response, upgraded, head) => {
      finish()
      if (head.length > 0) upgraded.unshift(head)
      resolve({ headers: response.headers, socket: upgraded })
    })
    request.once('response', response => {
      readBounded(response, REFUSAL_BYTES).then(
        bytes => {
          const status = response.statusCode ?? 0
          if (status >= 400) return fail(upgradeError(status, response.headers, bytes))
          fail(new TransportError('reset', `${nameOf(place)} answered ${status} instead of switching protocols.`))
        },
        error => fail(networkFailure(place, error)),
      )
    })
    request.end(body)
  })
