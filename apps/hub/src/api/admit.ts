import { errorTable } from '@moorage/contract/errors.ts'
import { arrivedBy } from '../access/arrival.ts'
import type { Decision } from '../access/decide.ts'
import { type Authenticated, authenticate } from '../access/identity.ts'
import { isLimit } from '../access/limits.ts'
import { requireOwnOrigin } from '../access/origin.ts'
import type { OperationRule } from '../access/rules.ts'
import { requireSignInAllowed } from '../access/sessions.ts'
import type { AuditDetail } from '../audit/audit.ts'
import { clusterUnknown, MoorageError, notAllowed } from '../errors.ts'
import type { ClusterTarget } from '../store/cluster-target.ts'
import { hubDetail } from './audit-detail.ts'
import type { ApiDeps } from './deps.ts'
import type { Asking } from './exchange.ts'
import { judge } from './rights.ts'

/** What a request wants, for the decision and the audit. */
export interface Wanted {
  rule: OperationRule
  /** Name of the operation, such as `clusters.connect`. */
  action: string
  target: string
  cluster: (signal: AbortSignal) => Promise<ClusterTarget | undefined>
  /** The name or id of the cluster that the address names. */
  ref?: string | undefined
  /** The project that the address names. */
  project?: string | undefined
}

export interface Admitted {
  authenticated: Authenticated | null
  cluster: ClusterTarget | undefined
  decision: Decision
  /** What the audit says of it beside. */
  detail: AuditDetail
}

/**
 * Lets a request in or throws why not: who is it, was it sent by this hub's
 * own page, and do the rules allow it. Denials go to the audit log.
 */
export async function admit(deps: ApiDeps, exchange: Asking, wanted: Wanted): Promise<Admitted> {
  const { rule } = wanted
  if (rule.who === 'public') {
    requireSignInAllowed(deps.signIns, exchange.address, deps.now())
    // A page of another site could otherwise sign a person in as somebody else.
    if (exchange.request.headers.origin !== undefined) requireOwnOrigin(exchange.request.headers, deps)
    // Each try counts until it has succeeded, whatever will be wrong with it, as each is written to the audit log.
    deps.signIns.failed(exchange.address, deps.now())
    return {
      authenticated: null,
      cluster: undefined,
      decision: { allowed: true, because: 'Anyone may try to sign in.' },
      detail: hubDetail(exchange, rule, null),
    }
  }
  let authenticated: Authenticated
  try {
    const known = await authenticate(deps, exchange.request.headers, exchange.address)
    authenticated = rule.way === undefined ? known : { ...known, identity: arrivedBy(known.identity, rule.way) }
  } catch (error) {
    throw error instanceof MoorageError ? await turnAway(deps, exchange, wanted, error) : error
  }
  const { identity } = authenticated
  exchange.who = identity.id
  const cluster = await wanted.cluster(exchange.signal)
  const deny = async (error: MoorageError, because: string, decision?: Decision): Promise<never> => {
    await note(deps, exchange, wanted, authenticated, cluster, because, errorTable[error.code].status, decision)
    throw error
  }
  if (authenticated.via.kind === 'session' && rule.changes) {
    try {
      requireOwnOrigin(exchange.request.headers, deps)
    } catch (error) {
      if (error instanceof MoorageError) await deny(error, error.message)
      throw error
    }
  }
  const { verb, resource, filtered } = rule
  // Everyone may look after themselves, but a limited token is less than who made it: it could make one without limits.
  if (identity.scope !== undefined && rule.changes && resource === 'identity') {
    const because = `The token of ${identity.name} is limited, so it can not do this.`
    await deny(new MoorageError('forbidden', because, { fix: 'Sign in, or use a token without a scope.' }), because)
  }
  // A cluster in a project's address is judged by the operation: who runs the project need not have it yet.
  const place = wanted.project === undefined ? { cluster } : { project: wanted.project }
  const asker = rule.beyondLimits ? { ...identity, arrival: undefined } : identity
  const decision = judge(deps, asker, { verb, resource, filtered, ...place })
  if (!decision.allowed) {
    await deny(refusal(deps, authenticated, wanted, cluster, decision), decision.because, decision)
  }
  return { authenticated, cluster, decision, detail: hubDetail(exchange, rule, authenticated, decision) }
}

/** Whoever may not see a cluster is not told either whether there is one. */
function refusal(
  deps: ApiDeps,
  { identity }: Authenticated,
  { ref }: Wanted,
  cluster: ClusterTarget | undefined,
  { because, rule }: Decision,
): MoorageError {
  if (isLimit(rule)) return new MoorageError('forbidden', because, { fix: 'Come back within the limits.' })
  const seen = cluster !== undefined && judge(deps, identity, { verb: 'get', resource: 'clusters', cluster }).allowed
  return ref === undefined || seen ? notAllowed(because) : clusterUnknown(ref)
}

/** An address that sends bad credentials over and over is told to wait, and no longer fills the audit log. */
async function turnAway(deps: ApiDeps, exchange: Asking, wanted: Wanted, error: MoorageError): Promise<MoorageError> {
  const { authorization, cookie } = exchange.request.headers
  const carried = authorization !== undefined || cookie !== undefined
  if (error.code !== 'unauthenticated' || !(carried || wanted.rule.changes)) return error
  const now = deps.now()
  const wait = deps.signIns.waitSeconds(exchange.address, now)
  if (wait > 0) {
    return new MoorageError('too_many_requests', 'Too many requests from this address carried no valid credential.', {
      fix: `Send a valid credential, or try again in ${wait} s.`,
      retryAfterS: wait,
    })
  }
  deps.signIns.failed(exchange.address, now)
  await note(deps, exchange, wanted, null, undefined, error.message, errorTable[error.code].status)
  return error
}

/** Writes down a denial. It stays a denial where that fails, which the log then says. */
async function note(
  deps: ApiDeps,
  exchange: Asking,
  wanted: Wanted,
  who: Authenticated | null,
  cluster: ClusterTarget | undefined,
  because: string,
  status: number,
  decision?: Decision,
): Promise<void> {
  try {
    await deps.audit.record({
      ...hubDetail(exchange, wanted.rule, who, decision),
      who: who?.identity ?? null,
      source: exchange.address,
      action: wanted.action,
      clusterId: cluster?.id ?? null,
      target: wanted.target,
      allowed: false,
      because,
      status,
      requestId: exchange.id,
      durationMs: Math.round(performance.now() - exchange.startedAt),
    })
  } catch (error) {
    deps.metrics.auditFailed()
    deps.log.error({ err: error, request: exchange.id }, 'A denial could not be written to the audit log.')
  }
}
