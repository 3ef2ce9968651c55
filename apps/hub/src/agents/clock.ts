import { MoorageError } from '../errors.ts'

/** How far the clocks of an agent and the hub may be apart, in ms. Agents correct theirs by the Date of the refusal. */
export const CLOCK_SKEW_MS = 30_000

/** Refuses what was signed too far from now. The agent takes the hub's time from the answer and tries again. */
export function requireRecent(issuedAt: number, now: Date, lifetimeMs: number): void {
  const age = now.getTime() - issuedAt * 1000
  if (age >= -CLOCK_SKEW_MS && age <= lifetimeMs + CLOCK_SKEW_MS) return
  throw new MoorageError(
    'agent_rejected',
    `The agent’s clock is ${Math.round(Math.abs(age) / 1000)} s off the hub’s.`,
    {
      step: 'clock',
      fix: 'Set the clocks; the agent goes by the Date of this answer meanwhile.',
    },
  )
}
