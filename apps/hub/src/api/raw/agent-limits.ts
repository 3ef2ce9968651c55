import { type SignInLimit, signInLimit } from '../../access/sign-in-limit.ts'

/** Calls that agents make with a join token or an assertion, counted by address. */
export interface AgentCallLimits {
  /** Those that were refused. */
  refused: SignInLimit
  /** All of them. */
  all: SignInLimit
  /** Registrations with tokens that were made here, by token, however they end: each stands in the audit log. */
  registrations: SignInLimit
}

const WINDOW_MS = 60_000
/** Refused calls of one address in a window. Tokens can't be guessed; this keeps logs and database calm. */
export const MAX_REFUSED = 60
/** Calls of one address in a window: 500 agents behind one address that all come back at once. */
export const MAX_CALLS = 3_000

/** Registrations by one token in a window: an agent that can not go on tries again a few times a minute. */
export const MAX_REGISTRATIONS = 30

export const agentCallLimits = (): AgentCallLimits => ({
  refused: signInLimit(MAX_REFUSED, WINDOW_MS),
  all: signInLimit(MAX_CALLS, WINDOW_MS),
  registrations: signInLimit(MAX_REGISTRATIONS, WINDOW_MS),
})
