import { listOf, malformed, parseFields, parseLength } from './fields.ts'

/** How the end of a response's body is known; `close`: with the connection. */
export type ResponseFraming =
  | { kind: 'none' }
  | { kind: 'length'; bytes: number }
  | { kind: 'chunked' }
  | { kind: 'close' }

export interface ResponseHead {
  status: number
  headers: Record<string, string | string[] | undefined>
  framing: ResponseFraming
  /** Whether another request may follow on the connection. */
  keepAlive: boolean
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/

const framingOf = (
  method: string,
  status: number,
  lengths: readonly string[],
  encodings: readonly string[],
): ResponseFraming => {
  if (encodings.length > 0 && lengths.length > 0) {
    throw malformed('The answer has both a content-length and a transfer-encoding.')
  }
  if (encodings.length > 1 || lengths.length > 1) throw malformed('The answer says twice how long it is.')
  const length = lengths[0] === undefined ? null : parseLength(lengths[0])
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' }
  if (encodings[0] !== undefined) {
    if (encodings[0].toLowerCase() !== 'chunked')
      throw malformed('The answer has a transfer-encoding other than "chunked".')
    return { kind: 'chunked' }
  }
  return length === null ? { kind: 'close' } : { kind: 'length', bytes: length }
}

/** Reads the head of an answer to a request of this method, from the status line to the empty line inclusive. Throws `TunnelError`. */
export const parseResponseHead = (bytes: Buffer, method: string): ResponseHead => {
  const lines = bytes.toString('latin1', 0, bytes.length - 4).split('\r\n')
  const [, minor, code] = STATUS_LINE.exec(lines[0] as string) ?? []
  if (code === undefined) throw malformed('The answer does not begin as one of HTTP/1.1.')
  const status = Number(code)
  const headers: ResponseHead['headers'] = Object.create(null)
  for (const [name, value] of parseFields(lines, 1)) {
    const earlier = headers[name]
    if (earlier === undefined) headers[name] = value
    else if (typeof earlier === 'string') headers[name] = [earlier, value]
    else earlier.push(value)
  }
  const all = (name: string) => {
    const values = headers[name]
    return values === undefined ? [] : typeof values === 'string' ? [values] : values
  }
  const encodings = all('transfer-encoding')
  if (minor === '0' && encodings.length > 0) throw malformed('An answer of HTTP/1.0 has no transfer-encoding.')
  const framing = framingOf(method, status, all('content-length'), encodings)
  const keepAlive =
    minor === '1' && framing.kind !== 'close' && !all('connection').some(value => listOf(value).includes('close'))
  return { status, headers, framing, keepAlive }
}
