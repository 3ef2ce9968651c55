import type { ObjectRef, Receipt } from '@moorage/contract/cluster.ts'

/** What an agent that came back after a forced disconnect has done. */
export interface LateRemoval {
  removed: readonly ObjectRef[]
  kept: readonly { object: ObjectRef; because: string }[]
}

const isSame =
  (one: ObjectRef) =>
  ({ kind, namespace, name }: ObjectRef) =>
    kind === one.kind && namespace === one.namespace && name === one.name
const named = ({ kind, namespace, name }: ObjectRef) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`

/** The receipt with what was done of its debt since. What nobody spoke of stays owed. */
export function settleReceipt(receipt: Receipt, { removed, kept }: LateRemoval, now: Date): Receipt {
  const settled = [...removed, ...kept.map(({ object }) => object)]
  const owed = receipt.owed.filter(object => !settled.some(isSame(object)))
  const added = removed.filter(object => !receipt.removed.some(isSame(object)))
  const told = kept.map(({ object, because }) => `${named(object)}: ${because}`)
  return {
    ...receipt,
    removed: [...receipt.removed, ...added],
    owed,
    kept: [...receipt.kept, ...told.filter(sentence => !receipt.kept.includes(sentence))],
    ...(owed.length === 0 && receipt.owed.length > 0 ? { settledAt: now.toISOString() } : {}),
  }
}
