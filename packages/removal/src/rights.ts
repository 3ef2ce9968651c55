import { type AccessCheck, whatMayI } from '@moorage/kube/access-review.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { resourceName } from './kinds.ts'
import type { Place } from './look.ts'

/** One thing that a removal will do. */
export interface Deed extends Place {
  verb: 'delete' | 'patch' | 'create'
  resource: Resource
}

/**
 * Which of the deeds are not allowed, each with the words for it: `delete configmaps moorage-agent in moorage-system`.
 * None where the API server can't say, as a dead webhook for every kind stops the question too: it may be ours,
 * and what is not allowed is then told by the answer to the deed.
 */
export async function missingRights<T extends Deed>(
  transport: KubeTransport,
  deeds: readonly T[],
  signal: AbortSignal,
): Promise<{ deed: T; right: string }[]> {
  const answers = await whatMayI(transport, deeds.map(toCheck), signal).catch(error => {
    if (error instanceof KubeStatusError && error.status >= 500) return null
    throw error
  })
  if (answers === null) return []
  return deeds.flatMap((deed, i) => (answers[i]?.allowed ? [] : [{ deed, right: inWords(deed) }]))
}

function toCheck({ verb, resource, namespace, name }: Deed): AccessCheck {
  // To the API server, a request for a namespace is one in that namespace.
  const where = resource.group === '' && resource.resource === 'namespaces' ? name : namespace
  return {
    verb,
    group: resource.group,
    resource: resource.resource,
    ...(where === null ? {} : { namespace: where }),
    ...(verb === 'create' ? {} : { name }),
  }
}

const inWords = ({ verb, resource, namespace, name }: Deed) =>
  `${verb} ${resourceName(resource)} ${name}${namespace === null ? '' : ` in ${namespace}`}`
