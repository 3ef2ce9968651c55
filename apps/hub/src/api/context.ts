import type { Identity } from '@moorage/contract/hub.ts'
import { router } from '@moorage/contract/router.ts'
import { implement } from '@orpc/server'
import type { Asker } from '../access/arrival.ts'
import type { Authenticated } from '../access/identity.ts'
import { MoorageError } from '../errors.ts'
import type { ApiDeps } from './deps.ts'
import type { LiveStep } from './live-answer.ts'

/** What every operation is called with, beside its input. */
export interface ApiContext {
  deps: ApiDeps
  /** null only in operations that the rules call public. */
  authenticated: Authenticated | null
  request: { id: string; address: string; userAgent: string }
  /** Tells a client that wants to know it that a step has passed. */
  step: (step: LiveStep) => void
  /** Headers that the operation adds to its answer. */
  headers: Record<string, string>
  /** What the operation found out for the audit's closing line. */
  note: { clusterId: string | null; target: string; who: Identity | null }
}

/** Where every operation's handler starts from. */
export const os = implement(router).$context<ApiContext>()

/** Who asks. Throws rather than let an operation go on without an identity. */
export const whoAsks = (context: ApiContext): Asker => asksBy(context).identity

/** Who asks, and by which credential. */
export function asksBy(context: ApiContext): Authenticated {
  if (context.authenticated !== null) return context.authenticated
  throw new MoorageError('unauthenticated', 'The request carries no credential.')
}
