import type { ConnectionKind, ObjectRef } from '@moorage/contract/cluster.ts'

/** How a disconnect stands. */
export interface Leaving {
  /** The member is known not to answer. */
  silent: boolean
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
export function nextStep({ silent, owed, force, tried }: Leaving): LeavingStep {
  if (owed.length === 0) return 'forget'
  if (tried) return force ? 'forget' : 'refuse'
  return force && silent ? 'forget' : 'remove'
}

/** What the sentences of a disconnect depend on. */
export interface Forgotten {
  connection: ConnectionKind
  /** Where the kubeconfig points to, where there is one. */
  server: string | null
  /** null where an import was given up before the cluster had joined. */
  uid: string | null
  /** Names of the bindings that are for this cluster by its name. */
  bindings: readonly string[]
  /** Objects that were last counted in the member. */
  counted: number
}

/** What the hub forgets, in sentences. */
export function forgets({ connection, server, uid, bindings }: Forgotten): string[] {
  const record = 'Its record: project, labels, conditions.'
  const named = [
    // Another cluster may get the name.
    ...(bindings.length === 0 ? [] : [`What is bound to it by name: ${bindings.join(', ')} (these bindings end).`]),
    'Tokens that are limited to it alone, and its name in the limits of others.',
  ]
  if (uid === null) return ['The join token of its import: an agent that comes with it is refused.', ...named, record]
  return [
    connection === 'agent'
      ? 'The public key of its agent.'
      : server
        ? `The sealed kubeconfig for ${server}.`
        : 'The way to reach the cluster.',
    'The inventory, the events and the metrics that were read from it.',
    ...named,
    record,
  ]
}

/** What stays as it is, in sentences. */
export function keeps({ connection, uid, counted }: Forgotten): string[] {
  const count = counted === 0 ? '' : ` (${counted} objects of the kinds that Moorage reads, when last counted)`
  return [
    `The cluster, and everything in it that Moorage did not put there${count}.`,
    ...(connection === 'agent'
      ? uid === null
        ? ['Whatever its manifest has made, if somebody applied it: moorage cleanup removes that.']
        : []
      : [
          'The user or ServiceAccount that the kubeconfig signs in as; its owner removes it (moorage convert-kubeconfig --undo).',
        ]),
    'What the audit log says about the cluster, and this receipt for 72 h.',
  ]
}
