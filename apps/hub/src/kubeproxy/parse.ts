import { isWayIn } from '../access/needed.ts'
import { type Framing, type RawHeaders, readFraming } from './header-rules.ts'
import { readPath, writePath } from './path.ts'
import { readQuery } from './query.ts'
import { badRequest, Refusal } from './refusal.ts'
import { isAddOnGroup, type RequestInfo, requestInfo } from './request-info.ts'

/** A request as it came, below the cluster's own prefix. */
export interface Given {
  method: string
  /** Path and query as they were sent. */
  target: string
  headers: RawHeaders
}

export interface Parsed extends Framing {
  method: Method
  /** Path and query as they are sent on: written anew, in the one form that they have. */
  target: string
  info: RequestInfo
  /** Whether it opens a way into a pod, node or service: exec, attach, port-forward, proxy, or what an add-on has of its own. A GET can do so as well. */
  connects: boolean
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

/** Characters of path and query together. A command with its arguments stands in an exec's query, often a script of some KiB, percent-encoded. */
const MAX_TARGET_CHARS = 32_768

/** Consoles of virtual machines and the like are known by what they ask of their connection. */
const connectsTo = (info: RequestInfo & { kind: 'resource' }, upgrades: boolean) =>
  isWayIn(info) || (upgrades && info.subresource !== null && isAddOnGroup(info.apiGroup))

/** What a stream of bytes or frames may be had of, beside what connects. */
const STREAMS = (info: RequestInfo) =>
  info.kind === 'resource' && (info.verb === 'watch' || (info.resource === 'pods' && info.subresource === 'log'))

/**
 * Understands a request as the API server behind it will, or throws a `Refusal`
 * where that is not certain. Nothing of it is decided by anything else later on.
 */
export function parse({ method, target, headers }: Given): Parsed {
  const known = METHODS.find(each => each === method)
  if (known === undefined) {
    throw new Refusal(405, 'MethodNotAllowed', `Clusters are asked by ${METHODS.join(', ')}, not by this method.`)
  }
  if (target.length > MAX_TARGET_CHARS) throw badRequest(`The address has more than ${MAX_TARGET_CHARS} characters.`)
  const framing = readFraming(method, headers)
  const at = target.indexOf('?')
  const path = readPath(at < 0 ? target : target.slice(0, at))
  const text = at < 0 ? '' : target.slice(at + 1)
  const query = readQuery(text)
  const info = requestInfo(method, path, query)
  const connects = info.kind === 'resource' && connectsTo(info, framing.upgrade !== null)
  if (framing.upgrade !== null && !connects && !STREAMS(info)) {
    throw badRequest('Only exec, attach, port-forward, proxy, watches and logs go on as another protocol.')
  }
  return { ...framing, method: known, target: writePath(path) + (text === '' ? '' : `?${text}`), info, connects }
}
