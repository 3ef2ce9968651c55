import type { RequestHead } from '@moorage/tunnel/head.ts'
import { forbiddenHeader } from './headers.ts'
import { placeOf } from './paths.ts'
import { readQuery } from './queries.ts'

/** What is looked at of a request. The path is read out of the target here, whatever others have read out of it. */
export type Guarded = Pick<RequestHead, 'method' | 'target' | 'headers' | 'framing' | 'upgrade'>

/** The one request that is not a GET: it asks what the agent may do, and changes nothing. */
const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** One question, in bytes. */
const REVIEW_BYTES = 16 * 1024

/** Parameters that one object may be asked for with. */
const OF_AN_OBJECT = new Set(['resourceVersion'])

/**
 * Why a request may not be sent to the API server of a read-only member; null
 * where it may. What passes is a get, list or watch of a kind of the table, a
 * question to the server about itself, or the review of the agent's own rights.
 * It is a wall of its own: it counts on neither the hub nor the agent's role.
 */
export function refusedByGuard(request: Guarded): string | null {
  const { method, target, headers, framing, upgrade } = request
  const odd = forbiddenHeader(headers)
  if (odd !== undefined) return `the header ${odd} asks for more than reading`
  if (upgrade !== null) return 'no connection is upgraded: exec, attach and port-forward are not reads'
  const [path = '', query = '', ...more] = target.split('?')
  if (more.length > 0) return 'its query can be read in two ways'
  if (method === 'POST') return path === REVIEW && !target.includes('?') ? refusedReview(request) : 'nothing is written'
  if (method !== 'GET') return `${method} is not a read`
  if (framing.kind !== 'none') return 'a read has no body'
  const place = placeOf(path)
  if (place === null) return 'it is none of the paths at which Moorage reads'
  const parameters = readQuery(query)
  if (parameters === null) return 'its query has a parameter that reads do not have'
  const names = [...parameters.keys()]
  if (place.what === 'server') return names.length === 0 ? null : 'this path has no parameters'
  const { verbs } = place.kind
  if (place.what === 'object') {
    if (!verbs.includes('get')) return 'objects of this kind are not read by name'
    return names.every(name => OF_AN_OBJECT.has(name)) ? null : 'one object has no such parameters'
  }
  const verb = parameters.has('watch') ? 'watch' : 'list'
  return verbs.includes(verb) ? null : `this kind has no ${verb}`
}

function refusedReview({ headers, framing }: Guarded): string | null {
  if (framing.kind !== 'length' || framing.bytes > REVIEW_BYTES) {
    return `the review of the agent’s own rights has a body of known length, of at most ${REVIEW_BYTES} bytes`
  }
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return type?.toLowerCase() === 'application/json' ? null : 'the review of the agent’s own rights is JSON'
}
