import { ProblemError } from '@moorage/client/problem-error.ts'

/** Attempts after the first before a page shows the error. */
const RETRIES = 3

/** Whether another attempt can help: never after an answer that says what is wrong with the request. */
export const shouldRetry = (failures: number, error: unknown): boolean =>
  failures < RETRIES && !(error instanceof ProblemError && !error.retryable)
