import type { KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import type { ActsAs } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { whatMayI } from '@moorage/kube/access-review.ts'
import { KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { needed } from '../access/needed.ts'
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

/**
 * Asks a full-mode member whether its own rules stand in the way, without
 * changing anything there: as the person, whether it would take the roles and
 * bindings that the hub's rules come to; else, what the connection may.
 */
export async function askMember(
  { ways, grants }: { ways: Members; grants: Grants },
  who: Pick<Identity, 'kind' | 'name' | 'groups'>,
  request: KubeAccessRequest | NonResourceRequest,
): Promise<MemberSays> {
  const { cluster } = request
  // Its mode is asked about before, and is all that its agent's narrow role comes to.
  if (cluster.mode === 'read-only') return { actsAs: 'connection', refuses: null, unasked: null }
  try {
    const member = await ways.find(cluster.id)
    const transport = await member.transport()
    const { as } = await member.acting(transport, AbortSignal.timeout(ASK_MS))
    const namespace = request.kind === 'kubernetes' ? request.namespace : null
    if (as === 'person') {
      const refusal = who.kind === 'token' ? null : await grants.tryOut({ cluster, who, namespace }, transport)
      const refuses =
        refusal === null ? null : `The cluster does not take the rights that the hub would give: ${refusal}`
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
