import type { ObjectRef } from './object-ref.ts'

/** What is told while objects are removed. */
export type RemovalProgress =
  /** It is not there any more; also said of what the ledger names and nobody finds. */
  | { removed: ObjectRef }
  | { kept: ObjectRef; because: string }
  | { failed: ObjectRef; message: string }
  /** What of the hub's is still there, apart from the agent itself, after everything else was removed. */
  | { scan: ObjectRef[] }
  /** The agent's own objects are removed too; nothing more comes. Never without that. */
  | { done: true }
