import { badRequest, Refusal } from './refusal.ts'

/** Headers as they came: names and values in turn, as `IncomingMessage.rawHeaders` has them. */
export type RawHeaders = readonly string[]

/** Headers by which somebody would be believed to be somebody else, or a method to be another one. */
const FORBIDDEN =
  /^(?:impersonate-.*|x-remote-.*|x-(?:http-)?method(?:-override)?|x-original-(?:url|method)|x-rewrite-url)$/

/** Gateways write a header's name with `_`, spaces or a tab as one with `-`, or the other way round. */
const plainName = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

/** Options of a connection that mean nothing but themselves; any other name would have a header taken out on the way. */
const CONNECTION_OPTIONS = new Set(['keep-alive', 'close', 'upgrade', 'te'])

/** What may stand once: of two, each server could take another one. */
const ONCE = new Set([
  ...['authorization', 'host', 'content-type', 'content-length', 'transfer-encoding', 'content-encoding', 'upgrade'],
  ...['cookie', 'if-none-match', 'if-match', 'sec-websocket-key', 'sec-websocket-version', 'expect'],
])

/** How a request is framed and what it asks of its connection, once its headers are known to be unambiguous. */
export interface Framing {
  body: { kind: 'none' } | { kind: 'length'; bytes: number } | { kind: 'chunked' }
  /** Protocol that the connection is to change to. */
  upgrade: 'websocket' | 'SPDY/3.1' | null
}

/** The members of a list in a header, in lower case. */
const members = (value: string) =>
  value
    .split(',')
    .map(member => member.trim().toLowerCase())
    .filter(member => member !== '')

function upgradeOf(upgrade: string | undefined, options: ReadonlySet<string>): Framing['upgrade'] {
  if (upgrade === undefined) {
    if (options.has('upgrade')) throw badRequest('The request asks for an upgrade and does not say to what.')
    return null
  }
  if (!options.has('upgrade')) throw badRequest('The Upgrade header stands without "Connection: Upgrade".')
  const protocol = upgrade.trim().toLowerCase()
  if (protocol === 'websocket') return 'websocket'
  if (protocol === 'spdy/3.1') return 'SPDY/3.1'
  throw badRequest('The connection can be upgraded to websocket or SPDY/3.1 only.')
}

function bodyOf(length: string | undefined, encoding: string | undefined): Framing['body'] {
  if (encoding !== undefined) {
    if (length !== undefined) throw badRequest('The request has both Content-Length and Transfer-Encoding.')
    if (encoding.trim().toLowerCase() !== 'chunked') throw badRequest('The transfer encoding is not "chunked".')
    return { kind: 'chunked' }
  }
  if (length === undefined) return { kind: 'none' }
  if (!/^\d{1,15}$/.test(length)) throw badRequest('The Content-Length is not a number.')
  return Number(length) === 0 ? { kind: 'none' } : { kind: 'length', bytes: Number(length) }
}

/**
 * Throws where a header is one that no client may send here, or where framing
 * or connection could be understood in two ways.
 */
export function readFraming(method: string, headers: RawHeaders): Framing {
  const once = new Map<string, string>()
  const options = new Set<string>()
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] as string).toLowerCase()
    const value = headers[index + 1] as string
    if (FORBIDDEN.test(plainName(name))) {
      throw new Refusal(400, 'BadRequest', `The header ${plainName(name)} is the hub’s to send: leave it out.`)
    }
    if (name === 'connection' || name === 'proxy-connection') for (const option of members(value)) options.add(option)
    if (name === 'http2-settings') throw badRequest('The connection can be upgraded to websocket or SPDY/3.1 only.')
    if (!ONCE.has(name)) continue
    if (once.has(name)) throw badRequest(`The request has the header ${name} more than once.`)
    once.set(name, value)
  }
  const odd = [...options].find(option => !CONNECTION_OPTIONS.has(option))
  if (odd !== undefined) throw badRequest('The Connection header names a header of the request.')
  const framing = {
    body: bodyOf(once.get('content-length'), once.get('transfer-encoding')),
    upgrade: upgradeOf(once.get('upgrade'), options),
  }
  const bodiless = method === 'GET' || method === 'HEAD'
  if (framing.body.kind !== 'none' && (bodiless || framing.upgrade !== null)) {
    throw badRequest(`A ${method} ${framing.upgrade === null ? '' : 'with an upgrade '}has no body.`)
  }
  return framing
}
