import { getJson } from '@moorage/kube/client.ts'
import { objectPath } from '@moorage/kube/path.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { Found } from './object-ref.ts'
import { OWN_KINDS } from './own-objects.ts'

export const isNamespace = ({ resource }: Pick<Found, 'resource'>) =>
  resource.group === '' && resource.resource === 'namespaces'

interface Namespace {
  spec?: { finalizers?: string[] }
  status?: { conditions?: { type?: string; status?: string; message?: string }[] }
}

/** Conditions by which Kubernetes tells what a namespace waits for, those first that others follow from. */
const TROUBLES = [
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
  'NamespaceDeletionContentFailure',
  'NamespaceFinalizersRemaining',
  'NamespaceContentRemaining',
]
/** Characters of one condition's message: they list every object. */
const MESSAGE = 300

/** Why a namespace that is being deleted does not go, in a sentence. */
export async function namespaceTrouble(transport: KubeTransport, name: string, signal: AbortSignal): Promise<string> {
  return troubleOf(await getJson<Namespace>(transport, objectPath(OWN_KINDS.Namespace, { name }), signal))
}

/** The same of a namespace that was read. */
export function troubleOf({ spec, status }: Namespace): string {
  const told = TROUBLES.flatMap(type => {
    const condition = status?.conditions?.find(each => each.type === type && each.status === 'True')
    return condition?.message ? [condition.message.slice(0, MESSAGE)] : []
  })
  if (told.length > 0) return `It is being deleted and waits: ${told.join(' ')}`
  const finalizers = (spec?.finalizers ?? []).filter(each => each !== 'kubernetes')
  return finalizers.length > 0
    ? `It is being deleted and waits for ${finalizers.join(', ')}`
    : 'It is being deleted, and the cluster does not say what it waits for'
}
