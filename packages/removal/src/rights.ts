import { type AccessCheck, whatMayI } from '@moorage/kube/access-review.ts'
import type { Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { resourceName } from './kinds.ts'
import type { Place } from './look.ts'

/** One thing that a removal will do. */
export interface Deed extends Place {
  verb: 'delete' | 'patch' | 'create'
  resource: Resource
}

/** Which of the deeds are not allowed, each with the words for it: `delete configmaps moorage-agent in moorage-system`. */
export async function missingRights<T extends Deed>(
  transport: KubeTransport,
  deeds: readonly T[],
  signal: AbortSignal,
): Promise<{ deed: T; right: string }[]> {
  const answers = await whatMayI(transport, deeds.map(toCheck), signal)
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
