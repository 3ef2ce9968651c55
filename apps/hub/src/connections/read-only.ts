import { READ_ONLY_KINDS } from '@moorage/contract/read-only-kinds.ts'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { MoorageError } from '../errors.ts'

/** The table by the path that its kinds are under: `plural` is namespaced, `/plural` is not. */
const readable: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Map.groupBy(READ_ONLY_KINDS, ({ group, version }) => (group === '' ? `/api/${version}` : `/apis/${group}/${version}`))
    .entries()
    .map(([root, kinds]) => [root, kinds.map(({ resource, namespaced }) => (namespaced ? resource : `/${resource}`))]),
)

/** The list path of every kind that may be read. */
export const readablePaths = (): string[] =>
  Object.entries(readable).flatMap(([root, kinds]) => kinds.map(kind => `${root}/${kind.replace('/', '')}`))

/** The one request that is not a GET: it asks what the credential may do, and changes nothing. */
const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** A name or plural as it stands in a path: DNS characters alone, so nothing that any server could decode or resolve. */
const SEGMENT = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const isSegment = (text: string) => SEGMENT.test(text) && !text.includes('..')

/** Queries of lists and watches. Anything else (`pretty` or a method override of some gateway) is not ours. */
const QUERIES = new Set([
  'limit',
  'continue',
  'watch',
  'resourceVersion',
  'resourceVersionMatch',
  'allowWatchBookmarks',
  'sendInitialEvents',
  'timeoutSeconds',
  'labelSelector',
  'fieldSelector',
])

/** What `encodeURIComponent` and `URLSearchParams` write: no `;`, which some servers take for `&`. */
const QUERY_TEXT = /^[-A-Za-z0-9._~%+*!'(),:=/]*$/

/** Headers that only say how to answer. No impersonation, no method override, no upgrade. */
const HEADERS = new Set(['accept', 'accept-encoding', 'user-agent', 'content-type', 'content-length'])

/** Whether a path names the server itself or its list of APIs. */
const isDiscovery = (path: string) =>
  path === '/version' ||
  path === '/readyz' ||
  path === '/api' ||
  path === '/api/v1' ||
  path === '/apis' ||
  (/^\/apis\/[^/]+(\/[^/]+)?$/.test(path) && path.slice(1).split('/').every(isSegment))

/** Whether a path is a list of, or one object of, a kind that may be read. */
function isReadableObject(path: string): boolean {
  const root = Object.keys(readable).find(prefix => path.startsWith(`${prefix}/`))
  if (root === undefined) return false
  const kinds = readable[root] ?? []
  const segments = path.slice(root.length + 1).split('/')
  if (!segments.every(isSegment)) return false
  const [first, second, third, , ...deeper] = segments
  if (first === 'namespaces' && third !== undefined) {
    return second !== undefined && kinds.includes(third) && deeper.length === 0
  }
  // Lists over all namespaces have no name; only cluster-wide kinds are read by name here.
  if (segments.length === 1) return kinds.includes(`/${first}`) || kinds.includes(first!)
  return segments.length === 2 && kinds.includes(`/${first}`)
}

const isPlainQuery = (query: string | undefined) =>
  query === undefined ||
  query.split('&').every(pair => {
    const name = pair.split('=', 1)[0] ?? ''
    return QUERIES.has(name) && QUERY_TEXT.test(pair)
  })

/** Why a request may not be sent to a read-only cluster, or null where it may. */
export function refusedOnReadOnly(request: KubeRequest): string | null {
  const [path = '', query, ...more] = request.path.split('?')
  const odd = Object.keys(request.headers ?? {}).find(name => !HEADERS.has(name.toLowerCase()))
  if (odd !== undefined) return `the header ${odd} is not one that reads have`
  if (request.method === 'POST') {
    return path === REVIEW && query === undefined ? null : 'only the review of one’s own rights may be posted'
  }
  if (request.method !== 'GET') return `${request.method} is not a read`
  if (request.body !== undefined) return 'a read has no body'
  if (more.length > 0 || !isPlainQuery(query)) return 'the query has a parameter that reads do not have'
  if (isDiscovery(path)) return query === undefined ? null : 'this path takes no query'
  return isReadableObject(path) ? null : 'the path is not one of the kinds that Moorage reads'
}

/**
 * The wall around a read-only cluster: nothing but reads of enumerated kinds
 * passes, whatever the credential could do and whoever asks.
 */
export function readOnlyTransport(inner: KubeTransport): KubeTransport {
  const refuse = (request: KubeRequest, because: string) =>
    new MoorageError(
      'forbidden',
      `The cluster is read-only, so the hub did not send ${request.method} ${request.path.split('?')[0]?.slice(0, 200)}: ${because}.`,
      { fix: 'Raise the mode to full, where the owner of the cluster lets Moorage do more.' },
    )
  return {
    kind: inner.kind,
    ...(inner.room && { room: inner.room }),
    async request(request, signal) {
      const because = refusedOnReadOnly(request)
      if (because !== null) throw refuse(request, because)
      // A copy: what was judged is what is sent, even if the caller changes its object meanwhile.
      return inner.request({ ...request }, signal)
    },
    async upgrade(request) {
      throw refuse(request, 'exec, attach and port-forward are never reads')
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}
