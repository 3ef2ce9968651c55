import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { connect } from 'node:tls'
import { fetch } from 'undici'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import { dispatcherFor, hubFetch } from './fetch.ts'
import { proxyAuthorization, proxyFor } from './proxy.ts'

/** ms; for the two small requests of this file. */
const WITHIN = 10_000

/** SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` writes it. */
export const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256

/** Whether two fingerprints are the same, however they are written. */
export const sameFingerprint = (a: string, b: string) => plain(a) === plain(b) && plain(a).length === 64

const plain = (text: string) =>
  text
    .replace(/^sha-?256[:=\s]*/i, '')
    .replace(/[^0-9a-f]/gi, '')
    .toLowerCase()

/**
 * The CA that a hub says is its own. Nothing vouches for it yet: it is for the
 * person to compare its fingerprint, and no token goes over this connection.
 */
export async function offeredCa({ env, signal }: Pick<Io, 'env' | 'signal'>, url: string): Promise<string> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(WITHIN)])
  const text = await download(`${url}/ca.crt`, env, deadline)
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  const top = await topOfChain(new URL(url), env, deadline)
  if (top) return top
  throw new CliError('hub_untrusted', exitCodes.hubUnreachable, `${url} offers no CA that could be trusted.`, {
    fix: 'Ask the operator of the hub for its CA and give it with --ca FILE.',
  })
}

async function download(url: string, env: Io['env'], signal: AbortSignal): Promise<string> {
  const dispatcher = dispatcherFor(proxyFor(url, env), { rejectUnauthorized: false })
  try {
    const answer = await fetch(url, { dispatcher, signal, redirect: 'error' })
    return answer.ok ? await answer.text() : ''
  } catch {
    return '' // no download there: the chain of the connection is looked at next
  } finally {
    await dispatcher.destroy()
  }
}

/** The last certificate that the server sends, where that one is signed by itself. */
async function topOfChain(url: URL, env: Io['env'], signal: AbortSignal): Promise<string | null> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || 443)
  const proxy = proxyFor(url.href, env)
  try {
    const way = proxy === null ? { host, port } : { socket: await tunnel(proxy, `${url.hostname}:${port}`, signal) }
    const socket = connect({ ...way, ...(isIP(host) === 0 && { servername: host }), rejectUnauthorized: false })
    try {
      await once(socket, 'secureConnect', { signal })
      let certificate = socket.getPeerX509Certificate()
      while (certificate?.issuerCertificate && certificate.issuerCertificate !== certificate)
        certificate = certificate.issuerCertificate
      return certificate?.checkIssued(certificate) ? certificate.toString() : null
    } finally {
      socket.on('error', () => {}) // what comes after the look is nobody's matter
      socket.destroy()
    }
  } catch {
    return null
  }
}

/** A connection to `authority` by a proxy. */
async function tunnel(proxy: URL, authority: string, signal: AbortSignal): Promise<Socket> {
  const authorization = proxyAuthorization(proxy)
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...(authorization && { 'proxy-authorization': authorization }) },
    agent: false,
    signal,
  }).end()
  const [answer, socket] = await once(request, 'connect', { signal })
  if (answer.statusCode === 200) return socket
  socket.destroy()
  throw new Error(`The proxy answered ${answer.statusCode}.`)
}

/** Whether the hub's certificate is verified by the CAs that this machine trusts. Throws where the hub is not there at all. */
export async function isTrusted(io: Pick<Io, 'env' | 'signal'>, url: string): Promise<boolean> {
  await using http = hubFetch({ url, env: io.env })
  try {
    const answer = await http.fetch(`${url}/livez`, {
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(WITHIN)]),
    })
    await answer.body?.cancel()
    return true
  } catch (error) {
    if (error instanceof CliError && error.code === 'hub_untrusted') return false
    throw error
  }
}
