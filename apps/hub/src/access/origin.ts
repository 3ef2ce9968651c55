import type { IncomingHttpHeaders } from 'node:http'
import { MoorageError } from '../errors.ts'

/** Where browsers reach the hub. */
export interface OwnOrigin {
  info: { publicUrl: string }
  /** Whether they do so by TLS. */
  secure: boolean
}

/** Whether the Origin header names the host that the request was sent to, or the hub's public address. */
export function isOwnOrigin(headers: IncomingHttpHeaders, own: OwnOrigin): boolean {
  const { origin, host } = headers
  if (origin === undefined) return false
  const scheme = own.secure ? 'https' : 'http'
  const accepted = [new URL(own.info.publicUrl).origin]
  if (host !== undefined && URL.canParse(`${scheme}://${host}`)) accepted.push(new URL(`${scheme}://${host}`).origin)
  return accepted.includes(origin)
}

/**
 * Refuses a request that another site's page may have made in the person's
 * name. Only for requests that come with a cookie: a bearer token is never
 * added by a browser on its own. SameSite=Strict is the first guard, this the second.
 */
export function requireOwnOrigin(headers: IncomingHttpHeaders, own: OwnOrigin): void {
  if (isOwnOrigin(headers, own) && headers['sec-fetch-site'] !== 'cross-site') return
  throw new MoorageError('forbidden', 'The request did not come from a page of this hub.', {
    fix: 'Use the console of this hub, or send a bearer token.',
  })
}
