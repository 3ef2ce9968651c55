import type { IncomingHttpHeaders } from 'node:http'
import { MoorageError } from '../errors.ts'

const schemes = ['http:', 'https:']

/** Whether the Origin header names the host that the request was sent to, or the hub's public address. */
export function isOwnOrigin(headers: IncomingHttpHeaders, publicUrl: URL): boolean {
  const { origin, host } = headers
  if (origin === undefined) return false
  let sent: URL
  try {
    sent = new URL(origin)
  } catch {
    return false
  }
  if (!schemes.includes(sent.protocol)) return false
  return sent.origin === publicUrl.origin || (host !== undefined && sent.host === host.toLowerCase())
}

/**
 * Refuses a request that another site's page may have made in the person's
 * name. Only for requests that come with a cookie: a bearer token is never
 * added by a browser on its own. SameSite=Strict is the first guard, this the second.
 */
export function requireOwnOrigin(headers: IncomingHttpHeaders, publicUrl: URL): void {
  if (isOwnOrigin(headers, publicUrl) && headers['sec-fetch-site'] !== 'cross-site') return
  throw new MoorageError('forbidden', 'The request came with a session but not from a page of this hub.', {
    fix: 'Use the console of this hub, or send a bearer token.',
  })
}
