import type { ObjectMeta } from '@moorage/kube/resource.ts'
import { INSTANCE } from './labels.ts'
import type { Found } from './object-ref.ts'

/** ms between the first and the last object of one manifest, at most. */
const ONE_MANIFEST = 60_000
/** ms; times in metadata are whole seconds, and are not all taken at the same moment. */
const ROUNDING = 1_000

/** A label that the API server gives every namespace, in the name of whoever makes it. */
const MADE_WITH = 'kubernetes.io/metadata.name'

/** Which of an object's labels somebody wrote, and when last. */
interface Writer {
  labels: ReadonlySet<string>
  at: number
}

const writersOf = ({ managedFields = [] }: Pick<ObjectMeta, 'managedFields'>): Writer[] =>
  managedFields
    .filter(({ subresource }) => !subresource)
    .map(({ fieldsV1, time }) => ({
      labels: new Set(Object.keys(fieldsV1?.['f:metadata']?.['f:labels'] ?? {}).map(key => key.slice('f:'.length))),
      at: Date.parse(time ?? ''),
    }))

/**
 * Whether a namespace was there before the import that put our labels on it:
 * - it is much older than the ServiceAccount in it, or
 * - somebody else is on record as the one who made it, or
 * - our labels came later than it did, and together with the ServiceAccount.
 */
export function wasThereBefore(
  namespace: Pick<ObjectMeta, 'creationTimestamp' | 'managedFields'>,
  account: Pick<Found, 'createdAt'> | undefined,
): boolean {
  const madeAt = Date.parse(namespace.creationTimestamp)
  const accountAt = Date.parse(account?.createdAt ?? '')
  if (accountAt - madeAt > ONE_MANIFEST) return true
  const writers = writersOf(namespace)
  const ours = writers.filter(({ labels }) => labels.has(INSTANCE))
  const labelledAt = Math.min(...ours.map(({ at }) => at))
  if (ours.length === 0) return false
  const makers = writers.filter(({ labels }) => labels.has(MADE_WITH))
  if (makers.length > 0 && !makers.some(maker => ours.includes(maker))) return true
  return labelledAt - madeAt > ROUNDING && accountAt >= labelledAt - ROUNDING
}

/** Whether whoever wrote our labels wrote this label, too; null where nobody is on record. */
export function cameWithOurs(metadata: Pick<ObjectMeta, 'managedFields'>, label: string): boolean | null {
  const writers = writersOf(metadata)
  return writers.length === 0 ? null : writers.some(({ labels }) => labels.has(INSTANCE) && labels.has(label))
}
