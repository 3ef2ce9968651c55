/** What a read is sent on with. All else is left out. */
const PASSED_ON = new Set(['accept', 'accept-encoding', 'user-agent', 'content-type'])

/** Headers that ask for more than a read, or for another one than the request line: acting as somebody, other methods, other paths. */
const FORBIDDEN: readonly RegExp[] = [
  /^impersonate-/,
  /^x-remote-/,
  /^x-(?:http-)?method(?:-override)?$/,
  /^x-(?:original|rewrite)-/,
  /^x-(?:forwarded|real)-/,
  /^(?:upgrade|expect|sec-websocket-.*|http2-settings)$/,
  /^x-stream-protocol-version$/,
  /^x-kubernetes-/,
]

type Fields = readonly (readonly [name: string, value: string])[]

/** The first header that a read may not have. */
export const forbiddenHeader = (fields: Fields): string | undefined =>
  fields.find(([name]) => FORBIDDEN.some(pattern => pattern.test(name.toLowerCase())))?.[0]

/** The headers that a read keeps. */
export const headersOfRead = (fields: Fields): [string, string][] =>
  fields.flatMap(([name, value]) => (PASSED_ON.has(name.toLowerCase()) ? [[name, value]] : []))
