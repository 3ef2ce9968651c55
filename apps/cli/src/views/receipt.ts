import type { ObjectRef, Receipt } from '@moorage/contract/cluster.ts'
import { age, relative } from '../print/age.ts'
import { clean } from '../print/clean.ts'
import type { ListView } from '../print/output.ts'

/** `ClusterRole moorage (uid …)`; of what others have applied, the UID is not known. */
export const showRef = ({ kind, namespace, name, uid }: ObjectRef) =>
  clean(`${kind} ${namespace ? `${namespace}/` : ''}${name}${uid === '' ? '' : ` (uid ${uid})`}`)

/** A receipt as it is printed after a disconnect. */
export function receiptText(receipt: Receipt, now: Date): string {
  const section = (title: string, lines: string[], none: string) => [
    `${title}:`,
    ...(lines.length > 0 ? lines.map(line => `  - ${line}`) : [`  ${none}`]),
  ]
  return [
    `Receipt ${receipt.id}`,
    `  Cluster:       ${receipt.name}`,
    `  UID:           ${receipt.uid ?? 'not known, as it never joined'}`,
    `  Disconnected:  ${receipt.disconnectedAt} by ${clean(receipt.by)}${receipt.forced ? ', forced' : ''}`,
    ...section('Removed from the cluster', receipt.removed.map(showRef), 'nothing, as Moorage had put nothing into it'),
    ...(receipt.owed.length > 0
      ? section('Still in the cluster, as it did not answer', receipt.owed.map(showRef), '')
      : []),
    ...(receipt.settledAt
      ? [`Nothing is owed any more: the agent came back and had removed it by ${receipt.settledAt}.`]
      : []),
    ...section('Forgotten by the hub', receipt.forgotten.map(clean), 'nothing'),
    ...section('Kept', receipt.kept.map(clean), 'nothing'),
    `This receipt is kept until ${receipt.tombstoneUntil} (${relative(receipt.tombstoneUntil, now)}).`,
  ].join('\n')
}

/** How lists show receipts. */
export const receiptView = (now: Date): ListView<Receipt> => ({
  name: receipt => receipt.id,
  empty: 'No cluster was disconnected in the last 72 h.',
  columns: [
    { title: 'ID', value: receipt => receipt.id },
    { title: 'CLUSTER', value: receipt => receipt.name },
    { title: 'DISCONNECTED', value: receipt => `${age(receipt.disconnectedAt, now)} ago` },
    { title: 'BY', value: receipt => clean(receipt.by) },
    { title: 'FORCED', value: receipt => (receipt.forced ? 'yes' : 'no') },
    { title: 'REMOVED', value: receipt => `${receipt.removed.length}`, align: 'right' },
    { title: 'OWED', value: receipt => `${receipt.owed.length}`, align: 'right' },
    { title: 'KEPT', value: receipt => relative(receipt.tombstoneUntil, now) },
  ],
  wide: [{ title: 'UID', value: receipt => receipt.uid ?? '' }],
})
