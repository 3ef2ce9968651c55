import { patchJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { INSTANCE, MANAGED_BY, OBJECT } from './labels.ts'
import { pathOf } from './look.ts'
import type { Found } from './object-ref.ts'
import { AGENT_NAME } from './own-objects.ts'

const NAME = 'app.kubernetes.io/name'

/**
 * Takes our labels off an object that stays, as it holds what is others': it
 * is then theirs, and no later removal takes it for ours. Null, or why not.
 */
export async function handOver(transport: KubeTransport, object: Found, signal: AbortSignal): Promise<string | null> {
  try {
    await patchJson(transport, pathOf(object.resource, object), withoutMarks(object), signal)
    return null
  } catch (error) {
    if (error instanceof KubeStatusError) return error.status === 404 ? null : error.message
    throw error
  }
}

/** The merge patch: nothing goes but what only we write. */
export const withoutMarks = ({ uid, labels, annotations }: Pick<Found, 'uid' | 'labels' | 'annotations'>) => ({
  metadata: {
    uid,
    labels: {
      [INSTANCE]: null,
      ...(labels[MANAGED_BY] === 'moorage' ? { [MANAGED_BY]: null } : {}),
      ...(labels[NAME] === AGENT_NAME ? { [NAME]: null } : {}),
    },
    ...(OBJECT in annotations ? { annotations: { [OBJECT]: null } } : {}),
  },
})
