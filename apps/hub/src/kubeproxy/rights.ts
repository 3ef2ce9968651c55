import type { ClusterFacts, Decision, KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { needed } from '../access/needed.ts'
import type { AuditDetail } from '../audit/audit.ts'
import type { Parsed } from './parse.ts'

/** What is asked of a cluster, as the rules take it. */
export type Wanted = KubeAccessRequest | NonResourceRequest

/** Verbs that change nothing, of resources and of other paths. */
const READS = new Set(['get', 'list', 'watch', 'head'])

/** Whether a request only looks. What connects does not, whatever its method. */
export const isRead = ({ info, connects }: Pick<Parsed, 'info' | 'connects'>): boolean =>
  !connects && READS.has(info.verb)

/** Whether a request may be silent, and go on, for as long as it likes. */
export const isLong = ({ info, connects, target }: Pick<Parsed, 'info' | 'connects' | 'target'>): boolean =>
  connects || info.verb === 'watch' || /[?&](watch|follow)(=|&|$)/.test(target)

/** All that has to be allowed for a request, as the rules take it. */
export function wanted({ info, connects }: Pick<Parsed, 'info' | 'connects'>, cluster: ClusterFacts): Wanted[] {
  if (info.kind === 'non-resource') return [{ kind: 'non-resource', cluster, verb: info.verb, path: info.path }]
  const { verb, apiGroup, resource, subresource, name, namespace } = info
  return needed({ kind: 'kubernetes', cluster, verb, apiGroup, resource, subresource, name, namespace }, connects)
}

/**
 * A member lets nobody give out what they do not have there. Where it takes everybody for the hub's own user it can
 * not, so that takes a rule without any limits. Gives why not, in a sentence.
 */
export function whyNotAsConnection(
  who: Identity,
  request: Wanted,
  decide: (who: Identity, request: KubeAccessRequest) => Decision,
): string | null {
  const { kind, cluster, verb } = request
  if (kind !== 'kubernetes' || request.apiGroup !== 'rbac.authorization.k8s.io' || READS.has(verb)) return null
  const all = { verb: '*', apiGroup: '*', resource: '*', subresource: null, name: null, namespace: null }
  if (decide(who, { kind, cluster, ...all }).allowed) return null
  return `Cluster ${cluster.name} does not let Moorage act as ${who.name}, so it could not tell what they may give out: only who may do everything there can change its roles and bindings.`
}

/** What a request is called in the audit log: its verb. */
export const actionOf = ({ info }: Pick<Parsed, 'info'>): string => `kube.${info.verb}`

/** What it was about, for the audit log, in the words of Kubernetes’ own. */
export function objectOf({ info }: Pick<Parsed, 'info'>): AuditDetail {
  if (info.kind === 'non-resource') return { verb: info.verb }
  const { verb, apiGroup, resource, subresource, name, namespace } = info
  return { verb, apiGroup, resource, subresource, name, namespace }
}

/** What it was about, without its query, and without the paths of whatever is proxied to: secrets may stand in them. */
export function targetOf({ target }: Pick<Parsed, 'target'>): string {
  const path = target.split('?', 1)[0] ?? ''
  return path.replace(/(\/(?:pods|services|nodes)\/[^/]+\/proxy)\/.*$/, '$1')
}

/** Parameters by which clients bound their own waiting; no read-only member is asked with them. */
const OWN_WAITING = /(^|&)timeout=[^&]*/g

/** The same request in the few words that a read-only member is asked in. */
export function readOnlyTarget(target: string): string {
  const [path = '', query = ''] = target.split('?')
  const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const kept = query.replace(OWN_WAITING, '').replace(/^&/, '')
  return kept === '' ? plain : `${plain}?${kept}`
}
