import type { IncomingMessage } from 'node:http'
import type { ClusterFacts, Decision } from '@moorage/contract/access-request.ts'
import { errorTable } from '@moorage/contract/errors.ts'
import type { Way } from '@moorage/contract/limits.ts'
import { TransportError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { arrivedBy } from '../access/arrival.ts'
import type { Authenticated } from '../access/identity.ts'
import { isLimit } from '../access/limits.ts'
import { memberUser } from '../access/member-rbac.ts'
import { requireOwnOrigin } from '../access/origin.ts'
import { isDiscovery } from '../access/read-only-mode.ts'
import { auditUnavailable } from '../audit/audit.ts'
import { MoorageError } from '../errors.ts'
import type { ProxyDeps } from './deps.ts'
import { type Acting, impersonationHeaders } from './impersonation.ts'
import { clusterUnknown, type Member } from './members.ts'
import { readMount } from './mount.ts'
import { type Parsed, parse } from './parse.ts'
import { auditTrail, type Trail } from './record.ts'
import { badRequest, Denied, Refusal } from './refusal.ts'
import { requestHeaders } from './request-headers.ts'
import { isLong, isRead, readOnlyTarget, wanted, whyNotAsConnection } from './rights.ts'
import { statusOfFailure } from './status.ts'

/** One request to a cluster, as it came. */
export interface Asked {
  id: string
  /** By which way it came, where that is not what the credential tells. It is set by what took the request. */
  way?: Way | undefined
  /** Who asks, where the hub itself sends it for somebody: what they sent was looked at then. */
  who?: Authenticated | undefined
  request: IncomingMessage
  address: string
  /** `performance.now()` at the start. */
  startedAt: number
  /** Aborts when the client leaves, or the hub stops. */
  signal: AbortSignal
  /** Told once it is known who asks, and whether the request may go on for as long as it likes. */
  begun(who: string, long: boolean): void
}

/** A request that may go on, with all that it takes. */
export interface Admitted {
  authenticated: Authenticated
  member: Member
  parsed: Parsed
  /** Where the hub has this cluster, such as `/k8s/alpha`. */
  prefix: string
  acting: Acting
  transport: KubeTransport
  /** What the member is asked. */
  outgoing: { target: string; headers: Record<string, string | string[]> }
  trail: Trail
  /** Its place among the requests that are under way. */
  place: Disposable
}

/** Who asks, and by which way: what took the request knows that better than what their credential tells. */
async function identify(deps: ProxyDeps, asked: Asked, parsed: Parsed | Refusal): Promise<Authenticated> {
  const who = asked.who ?? (await authenticate(deps, asked, parsed))
  return asked.way === undefined ? who : { ...who, identity: arrivedBy(who.identity, asked.way) }
}

/** Who asks, or the error for one without a valid credential, which is in the audit, and which an address may not cause for ever. */
async function authenticate(deps: ProxyDeps, asked: Asked, parsed: Parsed | Refusal): Promise<Authenticated> {
  const { request, address } = asked
  try {
    return await deps.authenticate(request.headers, address)
  } catch (error) {
    if (!(error instanceof MoorageError) || error.code !== 'unauthenticated') throw error
    const carried = request.headers.authorization !== undefined || request.headers.cookie !== undefined
    const known = parsed instanceof Refusal ? null : parsed
    // Who only looks around without any credential is told to sign in, as in the API.
    if (!carried && (known === null || isRead(known))) throw error
    const now = deps.now()
    const wait = deps.signIns.waitSeconds(address, now)
    if (wait > 0) {
      throw new MoorageError('too_many_requests', 'Too many requests from this address carried no valid credential.', {
        fix: `Send a valid credential, or try again in ${wait} s.`,
      })
    }
    deps.signIns.failed(address, now)
    const trail = auditTrail(deps, asked, null)
    if (known !== null) trail.about(known)
    await trail.failed(error, { code: errorTable[error.code].status, message: error.message })
    throw error
  }
}

/** A page of another site must not act by a person’s cookie. */
function requireOwnPage(deps: ProxyDeps, { request, who }: Asked, { via }: Authenticated, parsed: Parsed): void {
  if (who !== undefined) return
  if (via.kind !== 'session' || (isRead(parsed) && parsed.upgrade === null)) return
  requireOwnOrigin(request.headers, deps)
}

/** What every signed-in name may read in any cluster, by Kubernetes’ own roles. */
const isDiscovered = (request: ReturnType<typeof wanted>[number]) =>
  request.kind === 'non-resource' && isDiscovery(request)

/** What the rules of now say: the first refusal of all that the request needs, or why it is allowed. */
export function judge(
  deps: Pick<ProxyDeps, 'decide'>,
  { identity }: Pick<Authenticated, 'identity'>,
  parsed: Parsed,
  facts: ClusterFacts,
): Decision {
  const decisions = wanted(parsed, facts).map(each => deps.decide(identity, each))
  const decision = decisions.find(({ allowed }) => !allowed) ?? decisions[0]
  return decision ?? { allowed: false, because: 'Nothing was asked for.' }
}

/** Throws why the rules do not allow it. Whoever may not see a cluster is not told either whether there is one. */
function requireAllowed(deps: ProxyDeps, who: Authenticated, parsed: Parsed, { facts }: Member, ref: string): Decision {
  const decision = judge(deps, who, parsed, facts)
  if (decision.allowed) return decision
  // Who gets as far as a limit has rights there, and may know why they do not count now.
  if (isLimit(decision.rule)) throw new Denied(decision.because, undefined)
  const seen = deps.decide(who.identity, { kind: 'hub', verb: 'get', resource: 'clusters', cluster: facts }).allowed
  throw seen ? new Denied(decision.because, decision.binding) : clusterUnknown(ref)
}

/** Throws where a request is not to be made in the name of the connection's own user. */
function requireOwnRights(deps: ProxyDeps, { identity }: Authenticated, parsed: Parsed, { facts }: Member): void {
  for (const request of wanted(parsed, facts)) {
    const why = whyNotAsConnection(identity, request, deps.decide)
    if (why !== null) throw new Denied(why, undefined)
  }
}

/**
 * Lets a request to a cluster through, or throws why not: is it one that means
 * the same to everybody, who is it, do the rules allow it. Each refusal of
 * somebody known is in the audit, and nothing goes on before its line is kept.
 */
export async function admit(deps: ProxyDeps, asked: Asked): Promise<Admitted> {
  const { request, id, signal } = asked
  if (request.headers.host === undefined) throw badRequest('The request has no Host header.')
  const { ref, prefix, target } = readMount(request.url ?? '')
  const given = { method: request.method ?? '', target, headers: request.rawHeaders }
  let parsed: Parsed | Refusal
  try {
    parsed = parse(given)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    parsed = error
  }
  const authenticated = await identify(deps, asked, parsed)
  const trail = auditTrail(deps, asked, authenticated)
  let member: Member | undefined
  try {
    if (parsed instanceof Refusal) throw parsed
    asked.begun(authenticated.identity.id, isLong(parsed))
    trail.about(parsed)
    requireOwnPage(deps, asked, authenticated, parsed)
    member = await deps.members.find(ref)
    trail.at(member.facts.id)
    const decision = requireAllowed(deps, authenticated, parsed, member, ref)
    if (!deps.reads.writes) throw auditUnavailable()
    await trail.allowed(decision, isRead(parsed))
    const transport = await member.transport()
    const acting = await member.acting(transport, signal)
    trail.more({ actsAs: acting.as === 'person' ? memberUser(authenticated.identity) : null })
    if (acting.as === 'connection') requireOwnRights(deps, authenticated, parsed, member)
    const { mode } = member.facts
    const who = { ...authenticated.identity, groups: [...deps.groupsOf(authenticated.identity)] }
    if (acting.as === 'person' && !wanted(parsed, member.facts).every(isDiscovered)) {
      const namespace = parsed.info.kind === 'resource' ? parsed.info.namespace : null
      await deps.grants.ensure({ cluster: member.facts, who, namespace }, transport)
    }
    const added = mode === 'read-only' ? {} : { ...impersonationHeaders(who, acting, id), 'audit-id': id }
    const headers = requestHeaders(request.rawHeaders, parsed, mode, added)
    const outgoing = { target: mode === 'read-only' ? readOnlyTarget(parsed.target) : parsed.target, headers }
    const place = deps.crowd.enter(member.facts.id, transport, isLong(parsed))
    return { authenticated, member, parsed, prefix, acting, transport, outgoing, trail, place }
  } catch (error) {
    if (error instanceof TransportError && member) deps.members.forget(member.facts.id)
    await trail.failed(error, statusOfFailure(error, ref).status)
    throw error
  }
}
