import { patchJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { ObjectMeta } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { INSTANCE, MANAGED_BY, OBJECT, POD_SECURITY } from './labels.ts'
import { pathOf, readMetadata } from './look.ts'
import { cameWithOurs } from './namespace-origin.ts'
import type { Found } from './object-ref.ts'
import { AGENT_NAME } from './own-objects.ts'

const NAME = 'app.kubernetes.io/name'
/** Where kubectl keeps what it applied last. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Takes our labels off an object that stays, as it was there before or holds
 * what is others': it is theirs, and no later removal takes it for ours. Null, or why not.
 */
export async function handOver(transport: KubeTransport, object: Found, signal: AbortSignal): Promise<string | null> {
  try {
    const metadata = await readMetadata(transport, object.resource, object, signal)
    // Gone, or made anew by somebody.
    if (metadata?.uid !== object.uid) return null
    await patchJson(transport, pathOf(object.resource, object), withoutMarks(metadata), signal)
    return null
  } catch (error) {
    if (error instanceof KubeStatusError) return error.status === 404 ? null : error.message
    throw error
  }
}

type Marked = Pick<ObjectMeta, 'uid' | 'labels' | 'annotations' | 'managedFields'>

/** The merge patch: nothing goes but what only we write, and what came with it from the same manifest. */
export const withoutMarks = (metadata: Marked) => {
  const { uid, labels = {}, annotations = {} } = metadata
  const applied = lastApplied(annotations[LAST_APPLIED])
  const isOurApply = labels[INSTANCE] !== undefined && applied[INSTANCE] === labels[INSTANCE]
  // Where nobody keeps account of who wrote what, what kubectl noted has to do.
  const restricts = cameWithOurs(metadata, POD_SECURITY) ?? (isOurApply && POD_SECURITY in applied)
  const gone = [...(OBJECT in annotations ? [OBJECT] : []), ...(isOurApply ? [LAST_APPLIED] : [])]
  return {
    metadata: {
      uid,
      labels: {
        [INSTANCE]: null,
        ...(labels[MANAGED_BY] === 'moorage' ? { [MANAGED_BY]: null } : {}),
        ...(labels[NAME] === AGENT_NAME ? { [NAME]: null } : {}),
        ...(restricts && labels[POD_SECURITY] === 'restricted' ? { [POD_SECURITY]: null } : {}),
      },
      ...(gone.length > 0 ? { annotations: Object.fromEntries(gone.map(key => [key, null])) } : {}),
    },
  }
}

/** The labels that kubectl applied last, as it noted them. */
function lastApplied(noted: string | undefined): Readonly<Record<string, string>> {
  try {
    const applied = JSON.parse(noted ?? 'null') as { metadata?: { labels?: Record<string, string> } } | null
    return applied?.metadata?.labels ?? {}
  } catch {
    return {}
  }
}
