import type { ObjectRef, Phase } from '@moorage/contract/cluster.ts'

/** How a disconnect stands. */
export interface Leaving {
  phase: Phase
  /** Objects that the hub put into the member and that are not known to be gone. */
  owed: readonly ObjectRef[]
  force: boolean
  /** The removal was tried in this disconnect. */
  tried: boolean
}

/** The next step of a disconnect; `forget` and `refuse` end it. */
export type LeavingStep = 'remove' | 'forget' | 'refuse'

/**
 * What a disconnect does next. It never waits on a member that is gone: what
 * is owed is tried once, then either forced or refused with the list of it.
 */
export function nextStep({ phase, owed, force, tried }: Leaving): LeavingStep {
  if (owed.length === 0) return 'forget'
  if (tried) return force ? 'forget' : 'refuse'
  return force && phase === 'Unreachable' ? 'forget' : 'remove'
}

/** What the hub forgets, in sentences. */
export const forgets = (server: string | null): string[] => [
  server ? `The sealed kubeconfig for ${server}.` : 'The way to reach the cluster.',
  'The inventory, the events and the metrics that were read from it.',
  'Its record: project, labels, conditions.',
]

/** What stays as it is, in sentences. */
export const keeps = (): string[] => [
  'The cluster, and everything in it that Moorage did not put there.',
  'The user or ServiceAccount that the kubeconfig signs in as; its owner removes it (moorage convert-kubeconfig --undo).',
  'What the audit log says about the cluster, and this receipt for 72 h.',
]
