/** How the end of a body is known. */
export type Framing = { kind: 'none' } | { kind: 'length'; bytes: number } | { kind: 'chunked' }

/** A header field; names are in lower case. */
export type Field = readonly [name: string, value: string]

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
}

/** Reads one request head, from the request line to the empty line inclusive. Throws `TunnelError` ('malformed'). */
export const parseRequestHead = (_bytes: Uint8Array): RequestHead => {
  throw new Error('not built yet')
}
