import type { ObjectRef, Receipt } from '@moorage/contract/cluster.ts'

/** A receipt as plain text, to keep in a ticket. */
export function receiptText(receipt: Receipt): string {
  const objects = (list: ObjectRef[]) =>
    list.length === 0
      ? ['  none']
      : list.map(
          ({ kind, namespace, name, uid }) => `  ${kind} ${namespace === null ? '' : `${namespace}/`}${name} (${uid})`,
        )
  const sentences = (list: string[]) => list.map(sentence => `  ${sentence}`)
  return [
    `Receipt ${receipt.id}`,
    `Cluster ${receipt.name} (${receipt.uid})`,
    `Disconnected ${receipt.disconnectedAt} by ${receipt.by}${receipt.forced ? ', forced' : ''}`,
    'Removed from the cluster:',
    ...objects(receipt.removed),
    'Still in the cluster:',
    ...objects(receipt.owed),
    'Forgotten by the hub:',
    ...sentences(receipt.forgotten),
    'Left as it was:',
    ...sentences(receipt.kept),
    '',
  ].join('\n')
}
