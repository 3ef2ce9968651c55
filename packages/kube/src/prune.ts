import type { KubeObject } from './resource.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Takes out of an object, in place, what is often half of it and nobody reads
 * here: who wrote which field, and kubectl's copy of the whole.
 */
export const prune = <T extends KubeObject>(object: T): T => {
  const metadata = object.metadata as T['metadata'] & { managedFields?: unknown }
  if (metadata.managedFields !== undefined) delete metadata.managedFields
  if (metadata.annotations?.[LAST_APPLIED] !== undefined) delete metadata.annotations[LAST_APPLIED]
  return object
}
