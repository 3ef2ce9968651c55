import { Readable } from 'node:stream'
import { fieldLine, isAboutTheHop, isToken, malformed, parseLength } from './fields.ts'

/** What a request is to say. */
export interface TunnelRequest {
  method: string
  /** Absolute path with its query. */
  path: string
  /**
   * Fields about this hop (`connection`, `keep-alive`, `transfer-encoding`, `expect`, …) are left out.
   * `content-length` is believed for a stream, and checked; without it a stream is sent chunked.
   */
  headers?: Record<string, string | readonly string[]>
  /** A stream that is not read to its end, as the answer came first, is left paused to its owner. */
  body?: string | Uint8Array | Readable
  /** Nobody else reads the stream: its pieces are freed once they were sent. */
  spendBody?: boolean
}

/** A request as it is sent. */
export interface OutgoingRequest {
  head: string
  /** Sent with the head. */
  bytes: Buffer | null
  stream: { body: Readable; length: number | null; spend: boolean } | null
  /** May be sent a second time without having a second effect, and can be. */
  repeatable: boolean
}

const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Methods for which a missing length means that there is no body; the others say 0. */
const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

/** Writes a request down, canonically. Throws `TunnelError` ('malformed') where a part can not be sent. */
export const outgoing = (request: TunnelRequest, upgrade: boolean): OutgoingRequest => {
  const { method, path, headers = {}, body, spendBody } = request
  if (!isToken(method)) throw malformed(`${JSON.stringify(method)} can not be a method.`)
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw malformed('A path begins with "/" and has visible ASCII characters only.')
  const stream = body instanceof Readable ? body : null
  const bytes = body === undefined || stream ? null : Buffer.from(body as string | Uint8Array)
  let host = 'tunnel'
  let fields = ''
  let length: number | null = bytes ? bytes.length : null
  let protocol = ''
  for (const name in headers) {
    const lower = name.toLowerCase()
    const value = headers[name] as string | readonly string[]
    if (lower === 'host') host = String(value)
    else if (lower === 'content-length' && stream) length = parseLength(String(value))
    else if (lower === 'upgrade') protocol = String(value)
    else if (isAboutTheHop(lower)) continue
    else if (typeof value === 'string') fields += fieldLine(lower, value)
    else for (const one of value) fields += fieldLine(lower, one)
  }
  let head = `${method} ${path} HTTP/1.1\r\n${fieldLine('host', host)}${fields}`
  if (upgrade) {
    if (stream || bytes?.length) throw malformed('A request for an upgrade has no body.')
    head += `connection: Upgrade\r\n${fieldLine('upgrade', protocol)}`
  } else if (length !== null) head += `content-length: ${length}\r\n`
  else if (stream) head += 'transfer-encoding: chunked\r\n'
  else if (!BODILESS.has(method)) head += 'content-length: 0\r\n'
  return {
    head: `${head}\r\n`,
    bytes: bytes?.length ? bytes : null,
    stream: stream && { body: stream, length, spend: spendBody === true },
    repeatable: !stream && !bytes && !upgrade && REPEATABLE.has(method),
  }
}
