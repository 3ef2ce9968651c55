import http from 'node:http'
import type { Socket } from 'node:net'
import { SocksClient, SocksClientError } from 'socks'
import { TransportError } from './errors.ts'
import { networkFailure, signalFailure } from './network-failure.ts'
import { nameOf, type Place } from './place.ts'

const failed = (proxy: Place, message: string, extra: { code?: string | undefined; retryable?: boolean } = {}) =>
  new TransportError('proxy', `The proxy ${nameOf(proxy)} ${message}`, extra)

const decoded = (part: string) => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const basicAuth = (url: URL): Record<string, string> =>
  url.username === ''
    ? {}
    : {
        'proxy-authorization': `Basic ${Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`).toString('base64')}`,
      }

/** Opens a way to `target` through an HTTP proxy that `socket` is connected to. */
export const httpTunnel = (
  socket: Socket,
  url: URL,
  proxy: Place,
  target: Place,
  signal: AbortSignal,
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const fail = (error: TransportError) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      reject(error)
    }
    const onAbort = () => fail(signalFailure(proxy, signal))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    const request = http.request({
      method: 'CONNECT',
      path: nameOf(target),
      // Node would ask for the connection to be closed, and some proxies do so.
      headers: { host: nameOf(target), connection: 'keep-alive', ...basicAuth(url) },
      createConnection: () => socket,
    })
    request.on('error', error => {
      const { code } = networkFailure(proxy, error)
      fail(failed(proxy, `broke off before it had opened a way to ${nameOf(target)}.`, { code }))
    })
    request.once('connect', (response, tunnel: Socket, head) => {
      const status = response.statusCode ?? 0
      if (status === 407) return fail(failed(proxy, 'asks for a user and password (407).', { retryable: false }))
      if (status !== 200) {
        const retryable = status >= 500
        return fail(failed(proxy, `did not open a way to ${nameOf(target)}: it answered ${status}.`, { retryable }))
      }
      signal.removeEventListener('abort', onAbort)
      if (head.length > 0) tunnel.unshift(head)
      resolve(tunnel)
    })
    request.end()
  })

/** Opens a way to `target` through a SOCKS5 proxy that `socket` is connected to. The proxy looks the name up. */
export const socksTunnel = async (
  socket: Socket,
  url: URL,
  proxy: Place,
  target: Place,
  signal: AbortSignal,
): Promise<Socket> => {
  const onAbort = () => socket.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    await SocksClient.createConnection({
      command: 'connect',
      existing_socket: socket,
      destination: target,
      proxy: {
        ...proxy,
        type: 5,
        ...(url.username === '' ? {} : { userId: decoded(url.username), password: decoded(url.password) }),
      },
    })
    return socket
  } catch (error) {
    socket.destroy()
    if (signal.aborted) throw signalFailure(proxy, signal)
    const why =
      error instanceof SocksClientError ? error.message.replace(/^Socks5? ?/i, '') : 'the connection broke off'
    throw failed(proxy, `did not open a way to ${nameOf(target)}: ${why}.`)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
