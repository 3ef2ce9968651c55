import type { KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import type { ActsAs } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { whatMayI } from '@moorage/kube/access-review.ts'
import { KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { allowingRule } from '../access/decide.ts'
import { allowsKube } from '../access/match.ts'
import { needed } from '../access/needed.ts'
import { type CompiledBinding, isCurrent, type Policy } from '../access/policy.ts'
import { MoorageError } from '../errors.ts'
import type { Grants } from './grants.ts'
import type { Members } from './members.ts'

/** What a member itself says to a request that the hub would let through. */
export interface MemberSays {
  /** null where it could not be asked. */
  actsAs: ActsAs | null
  /** Why its own rules would refuse; null where they would not. */
  refuses: string | null
  /** Why it could not be asked. */
  unasked: string | null
}

interface AskDeps {
  ways: Members
  grants: Grants
  policy: Policy
  now: Date
}

type Asker = Pick<Identity, 'kind' | 'name' | 'groups'>

/** Time for a member to say it, in ms. */
const ASK_MS = 10_000

async function byConnection(request: KubeAccessRequest, transport: KubeTransport): Promise<string | null> {
  const checks = needed(request).map(({ verb, apiGroup: group, resource, subresource, name, namespace }) => ({
    verb,
    group,
    resource,
    ...(subresource === null ? {} : { subresource }),
    ...(name === null ? {} : { name }),
    ...(namespace === null ? {} : { namespace }),
  }))
  const answer = (await whatMayI(transport, checks, AbortSignal.timeout(ASK_MS))).find(({ allowed }) => !allowed)
  if (answer === undefined) return null
  return `The credential that the cluster is reached with may not do it.${answer.reason ? ` It says: ${answer.reason}` : ''}`
}

/** Whether a binding allows it by a rule for the whole cluster: what it gives in the namespace besides does not matter. */
const givesEverywhere = ({ scope, allow }: CompiledBinding, request: KubeAccessRequest | NonResourceRequest) =>
  request.kind === 'kubernetes' &&
  scope.namespaces === null &&
  allow.kubernetes.some(rule => rule.namespaces === undefined && allowsKube(rule, request))

/**
 * Why the member would not take the rights by which the hub lets it through; null where it takes those of one binding.
 * What others give in the same place does not matter here.
 */
async function asPerson(
  { grants, policy, now }: AskDeps,
  who: Asker,
  request: KubeAccessRequest | NonResourceRequest,
  transport: KubeTransport,
): Promise<string | null> {
  const { cluster } = request
  const namespace = request.kind === 'kubernetes' ? request.namespace : null
  const bindings = policy.for(who).filter(binding => isCurrent(binding, now))
  for (const each of needed(request)) {
    let refusal: string | null = null
    for (const binding of bindings.filter(one => allowingRule(one, each) !== null)) {
      const place = givesEverywhere(binding, each) ? null : namespace
      refusal = await grants.tryOut({ cluster, namespace: place, binding }, transport)
      if (refusal === null) break
    }
    if (refusal !== null) return `The cluster does not take the rights that the hub would give: ${refusal}`
  }
  return null
}

/**
 * Asks a full-mode member whether its own rules stand in the way, without
 * changing anything there: as the person, whether it would take the roles and
 * bindings that the hub's rules come to; else, what the connection may.
 */
export async function askMember(
  deps: AskDeps,
  who: Asker,
  request: KubeAccessRequest | NonResourceRequest,
): Promise<MemberSays> {
  const { cluster } = request
  // Its mode is asked about before, and is all that its agent's narrow role comes to.
  if (cluster.mode === 'read-only') return { actsAs: 'connection', refuses: null, unasked: null }
  try {
    const member = await deps.ways.find(cluster.id)
    const transport = await member.transport()
    const { as } = await member.acting(transport, AbortSignal.timeout(ASK_MS))
    if (as === 'person') {
      const refuses = who.kind === 'token' ? null : await asPerson(deps, who, request, transport)
      return { actsAs: as, refuses, unasked: null }
    }
    const refuses = request.kind === 'kubernetes' ? await byConnection(request, transport) : null
    return { actsAs: as, refuses, unasked: null }
  } catch (error) {
    const known = error instanceof TransportError || error instanceof KubeStatusError || error instanceof MoorageError
    if (!known) throw error
    return { actsAs: null, refuses: null, unasked: error.message }
  }
}
