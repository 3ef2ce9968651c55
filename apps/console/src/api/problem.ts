import { ProblemError } from '@moorage/client/problem-error.ts'
import { HubUnreachableError } from '@moorage/client/unreachable-error.ts'
import type { ErrorCode } from '@moorage/contract/errors.ts'

/** What a failure is called in the page, in the API's words where the API spoke. */
export interface Trouble {
  title: string
  detail: string
  fix: string | null
  choices: string[]
  code: ErrorCode | null
}

/** Any error as something that a page can show. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProblemError) {
    const { title, detail, fix = null, choices = [], code } = error.problem
    return { title, detail, fix, choices, code }
  }
  const unreachable = isUnreachable(error)
  return {
    title: unreachable ? 'The hub does not answer' : 'The page failed',
    detail: error instanceof Error && error.message !== '' ? error.message : 'No more is known about it.',
    fix: unreachable
      ? 'Check that the hub runs and that this computer reaches it. The page tries again by itself.'
      : 'Reload the page. If it happens again, please report it with these words.',
    choices: [],
    code: null,
  }
}

/** True where the hub does not take the session, or there is none. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof ProblemError && error.code === 'unauthenticated'

/** True where the hub gave no answer at all: the banner of the whole page says so. */
export const isUnreachable = (error: unknown): boolean => error instanceof HubUnreachableError

/** True where what was asked for does not exist. */
export const isNotFound = (error: unknown): boolean => error instanceof ProblemError && error.status === 404
