const BOOLEAN = /^(?:true|false|1|0)$/
const NUMBER = /^\d{1,9}$/
const VERSION = /^\d{0,32}$/
/** What `encodeURIComponent` and `URLSearchParams` write. No `;`, which some servers take for `&`. */
const TEXT = /^(?:[-A-Za-z0-9._~*!'(),:=/+]|%[0-9A-F]{2}){0,8192}$/

/** Parameters of lists and watches, and what their values look like before decoding. Names are never decoded. */
const PARAMETERS: ReadonlyMap<string, RegExp> = new Map([
  ['limit', NUMBER],
  ['continue', TEXT],
  ['watch', BOOLEAN],
  ['resourceVersion', VERSION],
  ['resourceVersionMatch', /^(?:Exact|NotOlderThan)$/],
  ['allowWatchBookmarks', BOOLEAN],
  ['sendInitialEvents', BOOLEAN],
  ['timeoutSeconds', NUMBER],
  ['labelSelector', TEXT],
  ['fieldSelector', TEXT],
])

/** The parameters of a query, undecoded; null where one is unknown, doubled or odd. '' has none. */
export function readQuery(query: string): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>()
  if (query === '') return found
  for (const pair of query.split('&')) {
    const [name = '', value, ...more] = splitAtFirst(pair)
    const allowed = PARAMETERS.get(name)
    if (allowed === undefined || value === undefined || more.length > 0 || found.has(name) || !allowed.test(value)) {
      return null
    }
    found.set(name, value)
  }
  return found
}

function splitAtFirst(pair: string): string[] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair] : [pair.slice(0, at), pair.slice(at + 1)]
}
