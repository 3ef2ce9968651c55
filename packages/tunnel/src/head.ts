import { type Field, isToken, listOf, malformed, parseFields, parseLength } from './fields.ts'
import { checkTarget } from './target.ts'

/** How the end of a request's body is known. */
export type Framing = { kind: 'none' } | { kind: 'length'; bytes: number } | { kind: 'chunked' }

/** The head of a request, read strictly: there is one way only to understand it. */
export interface RequestHead {
  method: string
  /** Path and query as they came. */
  target: string
  /**
   * Canonical: begins with one `/`, has no empty, `.` or `..` segment (but may end
   * with `/`), and percent-encodes neither `/`, `\`, a control character, nor
   * anything that needs no encoding. So comparing it without decoding is safe for
   * letters, digits and `-._~`; split at `/` before decoding.
   */
  path: string
  /** What follows `?`, undecoded; '' without. */
  query: string
  headers: readonly Field[]
  framing: Framing
  /** The protocol that an upgrade asks for, in lower case, such as `websocket` or `spdy/3.1`. */
  upgrade: string | null
  /** Whether no other request follows on this connection. */
  last: boolean
}

const NONE: Framing = { kind: 'none' }
const CONNECTION_OPTIONS = new Set(['close', 'keep-alive', 'upgrade'])
const METHOD_CHARS = 32

/** Fields whose repetition would let two readers see two different requests. */
const ONCE = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'authorization',
  'content-type',
])

const framingOf = (length: string | undefined, encoding: string | undefined): Framing => {
  if (encoding === undefined) return length === undefined ? NONE : { kind: 'length', bytes: parseLength(length) }
  if (length !== undefined) throw malformed('The request has both a content-length and a transfer-encoding.')
  if (encoding.toLowerCase() !== 'chunked') throw malformed('The only transfer-encoding that is read is "chunked".')
  return { kind: 'chunked' }
}

const upgradeOf = (upgrade: string | undefined, options: readonly string[], framing: Framing): string | null => {
  if (upgrade === undefined) {
    if (options.includes('upgrade')) throw malformed('The request asks for an upgrade and does not say to what.')
    return null
  }
  if (!options.includes('upgrade'))
    throw malformed('The request has an upgrade field that its connection field leaves out.')
  const [name = '', version, ...more] = upgrade.split('/')
  if (!isToken(name) || (version !== undefined && !isToken(version)) || more.length > 0) {
    throw malformed('The request asks for an upgrade to something that is not one protocol.')
  }
  if (framing.kind === 'chunked' || (framing.kind === 'length' && framing.bytes > 0)) {
    throw malformed('A request for an upgrade has no body.')
  }
  return upgrade.toLowerCase()
}

/** Reads one request head, from the request line to the empty line inclusive. Throws `TunnelError` ('malformed' or 'too-large'). */
export const parseRequestHead = (bytes: Uint8Array): RequestHead => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  if (!text.endsWith('\r\n\r\n')) throw malformed('The head does not end with an empty line.')
  const lines = text.slice(0, -4).split('\r\n')
  const [method = '', target = '', version, ...more] = (lines[0] as string).split(' ')
  if (version !== 'HTTP/1.1' || more.length > 0) throw malformed('The request line is not "METHOD target HTTP/1.1".')
  if (!isToken(method) || method.length > METHOD_CHARS) throw malformed('The request has no proper method.')
  checkTarget(target)
  const headers = parseFields(lines, 1)
  const once: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (!ONCE.has(name)) continue
    if (once[name] !== undefined) throw malformed(`The request has more than one ${name}.`)
    once[name] = value
  }
  if (once.host === undefined || !/^[\w.\-:[\]]{1,255}$/.test(once.host))
    throw malformed('The request has no proper host.')
  const options = once.connection === undefined ? [] : listOf(once.connection)
  if (options.some(option => !CONNECTION_OPTIONS.has(option))) {
    throw malformed('The connection field may say close, keep-alive and upgrade.')
  }
  if (once.expect !== undefined && once.expect.toLowerCase() !== '100-continue') {
    throw malformed('The only expectation that is known is "100-continue".')
  }
  const framing = framingOf(once['content-length'], once['transfer-encoding'])
  const question = target.indexOf('?')
  return {
    method,
    target,
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? '' : target.slice(question + 1),
    headers,
    framing,
    upgrade: upgradeOf(once.upgrade, options, framing),
    last: options.includes('close'),
  }
}
