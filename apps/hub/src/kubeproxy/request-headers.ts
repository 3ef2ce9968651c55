import type { RawHeaders } from './header-rules.ts'
import type { Parsed } from './parse.ts'

type Headers = Record<string, string | string[]>

/** What clients of Kubernetes say that a member has to hear. Everything else stays here, credentials and cookies first of all. */
const PASSED = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'content-type', 'content-encoding', 'content-language'],
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range'],
  ...['user-agent', 'kubectl-command', 'kubectl-session', 'traceparent', 'tracestate', 'x-requested-with'],
])

/** What says how to go on after an upgrade. */
const PASSED_IN_UPGRADES = new Set([
  ...['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol', 'sec-websocket-extensions'],
  'x-stream-protocol-version',
  // API servers open no WebSocket of a watch without one.
  'origin',
])

/** All that is said to a member that is only read: see the wall in `connections/read-only.ts`. */
const PASSED_IN_READS = new Set(['accept', 'accept-encoding', 'user-agent', 'content-type'])

/** A WebSocket's way of carrying a bearer token: it would be the hub's. */
const TOKEN_PROTOCOL = /^base64url\.bearer\.authorization\.k8s\.io\./i

const withoutToken = (protocols: string) =>
  protocols
    .split(',')
    .map(protocol => protocol.trim())
    .filter(protocol => protocol !== '' && !TOKEN_PROTOCOL.test(protocol))
    .join(', ')

/** Headers of the request to a member, made of the client's and of those that the hub adds. */
export function requestHeaders(
  given: RawHeaders,
  { body, upgrade }: Pick<Parsed, 'body' | 'upgrade'>,
  mode: 'read-only' | 'full',
  added: Headers,
): Headers {
  const headers: Headers = {}
  const passed = mode === 'read-only' ? PASSED_IN_READS : PASSED
  for (let index = 0; index < given.length; index += 2) {
    const name = (given[index] as string).toLowerCase()
    if (!passed.has(name) && !(upgrade !== null && mode === 'full' && PASSED_IN_UPGRADES.has(name))) continue
    let value = given[index + 1] as string
    if (name === 'sec-websocket-protocol') {
      value = withoutToken(value)
      if (value === '') continue
    }
    const before = headers[name]
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  if (body.kind === 'length') headers['content-length'] = String(body.bytes)
  if (upgrade !== null) headers.upgrade = upgrade
  return { ...headers, ...added }
}
