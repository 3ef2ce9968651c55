type Given = Readonly<Record<string, string | string[] | undefined>>

/**
 * What a member's answer may say to a client of the hub. Cookies, origins and
 * policies of what is proxied to are none of the hub's site, and what is about
 * a hop ends with it.
 */
const PASSED = new Set([
  ...['content-type', 'content-length', 'content-encoding', 'content-language', 'content-range', 'content-disposition'],
  ...['accept-ranges', 'cache-control', 'date', 'etag', 'expires', 'last-modified', 'vary', 'age'],
  ...['warning', 'retry-after', 'allow', 'location', 'audit-id', 'x-from-cache', 'process-start-time-unix'],
])

const isPassed = (name: string) => PASSED.has(name) || name.startsWith('x-kubernetes-')

/** What a refused upgrade may be asked for again with. */
const OFFERED = ['sec-websocket-version', 'x-accepted-stream-protocol-versions']

/** Headers of the answer that came in place of an upgrade. */
export function refusalHeaders(given: Given, prefix: string): Record<string, string | string[]> {
  const headers = responseHeaders(given, prefix)
  for (const name of OFFERED) if (given[name] !== undefined) headers[name] = given[name]
  return headers
}

/** What the other end agreed to in an upgrade. */
const AGREED = new Set([
  ...['connection', 'upgrade', 'sec-websocket-accept', 'sec-websocket-protocol', 'sec-websocket-extensions'],
  'x-stream-protocol-version',
])

/** A place on the member, as the hub's clients reach it; null for places elsewhere. */
const locationBelow = (prefix: string, location: string) =>
  /^\/(?![/\\])[\x21-\x7e]*$/.test(location) ? `${prefix}${location}` : null

/** Headers of the answer to a client. `prefix` is where the hub has this cluster, such as `/k8s/alpha`. */
export function responseHeaders(given: Given, prefix: string): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const name in given) {
    const value = given[name]
    if (value === undefined || !isPassed(name)) continue
    if (name !== 'location') {
      headers[name] = value
      continue
    }
    const location = locationBelow(prefix, String(value))
    if (location !== null) headers.location = location
  }
  return headers
}

/** The head of a 101 to a client. */
export function upgradeHead(given: Given, added: Readonly<Record<string, string>>): string {
  const lines = Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined || !AGREED.has(name)) return []
    return (Array.isArray(value) ? value : [value]).map(each => `${name}: ${each}\r\n`)
  })
  const own = Object.entries(added).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 101 Switching Protocols\r\n${[...lines, ...own].join('')}\r\n`
}
