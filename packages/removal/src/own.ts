import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { HoldDeps } from './hold.ts'
import type { ObjectRef } from './object-ref.ts'

/** What is told while objects are removed. */
export type RemovalProgress =
  | { removed: ObjectRef }
  | { kept: ObjectRef; because: string }
  | { failed: ObjectRef; message: string }
  /** What of the hub's is still there, apart from the agent itself, after everything else was removed. */
  | { scan: ObjectRef[] }
  /** The agent's own objects are removed too; nothing more comes. Never without that. */
  | { done: true }

export interface RemoveOwnRequest {
  instance: string
  /** Where the agent runs. */
  namespace: string
  /** The hub's ledger. The agent's own objects may be among them. */
  objects: readonly ObjectRef[]
  keepNamespace?: boolean
}

/** The agent's own ways to its API server, as its own ServiceAccount, past its guard. */
export interface RemoveOwnDeps extends HoldDeps {
  transport: KubeTransport
}

/**
 * Removes everything of one hub from the agent's cluster, by the ledger's names
 * and by label where kinds may be listed, and last the agent itself. Ends
 * without `done` where something of the hub's could not be removed: the agent
 * is then still there, and this can be called again.
 */
export async function* removeOwn(
  deps: RemoveOwnDeps,
  request: RemoveOwnRequest,
  signal: AbortSignal,
): AsyncGenerator<RemovalProgress> {
  signal.throwIfAborted()
  throw new Error(`Removal from ${request.namespace} by ${deps.host} is not there yet.`)
}
