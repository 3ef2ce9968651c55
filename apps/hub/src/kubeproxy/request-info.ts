import { nameSelectedBy } from './field-selector.ts'
import type { CanonicalPath } from './path.ts'
import { isOn, parameter, type Query } from './query.ts'
import { badRequest, Refusal } from './refusal.ts'

/** A request as the API server itself understands it: what its own authorisation and its audit log speak of. */
export type RequestInfo =
  | {
      kind: 'resource'
      /** get, list, watch, create, update, patch, delete or deletecollection. */
      verb: string
      /** '' for the core group. */
      apiGroup: string
      apiVersion: string
      resource: string
      subresource: string | null
      name: string | null
      namespace: string | null
    }
  | {
      kind: 'non-resource'
      /** The method in lower case. */
      verb: string
      path: string
    }

const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

const GROUP = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const VERSION = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const PLURAL = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
/** Metrics APIs have names of metrics where others have resources. */
const METRIC = /^[A-Za-z0-9][\w.:|*-]{0,252}$/
const METRICS_GROUPS = /^(custom|external)\.metrics\.k8s\.io$/
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
/** Any name that Kubernetes takes for a kind without rules of its own (roles, CRDs' instances, proxied services); in characters. */
const MAX_NAME_CHARS = 512

/** Subresources of a namespace itself; what else follows a namespace's name is a kind within it. */
const OF_NAMESPACES = new Set(['status', 'finalize'])

/** Whether an API server of its own may answer for a group: what its subresources are is not known here. */
export const isAddOnGroup = (apiGroup: string): boolean => apiGroup.includes('.') && !apiGroup.endsWith('k8s.io')

const odd = (what: string) => badRequest(`The path has something that is no ${what} of the Kubernetes API.`)

function must(pattern: RegExp, text: string | undefined, what: string): string {
  if (text === undefined || !pattern.test(text) || text.includes('..')) throw odd(what)
  return text
}

/** What a path and method mean, by the rules of the API server. Throws `Refusal` where it is none of its requests. */
export function requestInfo(method: string, path: CanonicalPath, query: Query): RequestInfo {
  const { segments, closingSlash } = path
  const [prefix = ''] = segments
  const isApi = prefix === 'api' || prefix === 'apis'
  if (!isApi && /^apis?$/i.test(prefix)) throw odd('prefix')
  if (segments.length < (prefix === 'apis' ? 4 : 3) || !isApi) {
    return {
      kind: 'non-resource',
      verb: method.toLowerCase(),
      path: `/${segments.join('/')}${closingSlash ? '/' : ''}`,
    }
  }
  const grouped = prefix === 'apis'
  const apiGroup = grouped ? must(GROUP, segments[1], 'group') : ''
  const apiVersion = must(VERSION, segments[grouped ? 2 : 1], 'version')
  return resourceInfo(method, { apiGroup, apiVersion, parts: segments.slice(grouped ? 3 : 2), closingSlash }, query)
}

interface InGroup {
  apiGroup: string
  apiVersion: string
  parts: readonly string[]
  closingSlash: boolean
}

function resourceInfo(
  method: string,
  { apiGroup, apiVersion, parts, closingSlash }: InGroup,
  query: Query,
): RequestInfo {
  let rest = parts
  let verb = VERBS[method] ?? ''
  if (rest[0] === 'proxy') throw new Refusal(404, 'NotFound', 'Kubernetes has no /proxy/ prefix any more.')
  const watched = rest[0] === 'watch'
  if (watched) {
    if (method !== 'GET') throw new Refusal(405, 'MethodNotAllowed', 'A watch is a GET.')
    rest = rest.slice(1)
    verb = 'watch'
    if (rest.length === 0) throw odd('resource')
  }
  let namespace: string | null = null
  if (rest[0] === 'namespaces' && rest[1] !== undefined) {
    namespace = must(NAMESPACE, rest[1], 'namespace')
    if (rest[2] !== undefined && !OF_NAMESPACES.has(rest[2])) rest = rest.slice(2)
  }
  const named = METRICS_GROUPS.test(apiGroup) ? METRIC : PLURAL
  const resource = must(named, rest[0], 'resource')
  let name = rest[1] ?? null
  if (name !== null && name.length > MAX_NAME_CHARS) throw odd('name')
  const subresource = rest[2] === undefined ? null : must(named, rest[2], 'subresource')
  // What is proxied to has paths of its own; so may add-on API servers' subresources.
  const deep = subresource === 'proxy' || isAddOnGroup(apiGroup)
  if (rest.length > 3 && !deep) throw odd('resource')
  if (closingSlash && subresource !== 'proxy') throw badRequest('The path of a resource ends with "/".')
  if (name === null && verb === 'get') {
    verb = isOn(query, 'watch') ? 'watch' : 'list'
    name = nameSelectedBy(parameter(query, 'fieldSelector') ?? '')
  }
  if (name === null && verb === 'delete') verb = 'deletecollection'
  return { kind: 'resource', verb, apiGroup, apiVersion, resource, subresource, name, namespace }
}
