import { type SignInLimit, signInLimit } from '../../access/sign-in-limit.ts'

/** Calls that agents make with a join token or an assertion, counted by address. */
export interface AgentCallLimits {
  /** Those that were refused. */
  refused: SignInLimit
  /** All of them. */
  all: SignInLimit
}

const WINDOW_MS = 60_000
/** Refused calls of one address in a window. Tokens can't be guessed; this keeps logs and database calm. */
export const MAX_REFUSED = 60
/** Calls of one address in a window: 500 agents behind one address that all come back at once. */
export const MAX_CALLS = 3_000

export const agentCallLimits = (): AgentCallLimits => ({
  refused: signInLimit(MAX_REFUSED, WINDOW_MS),
  all: signInLimit(MAX_CALLS, WINDOW_MS),
})
