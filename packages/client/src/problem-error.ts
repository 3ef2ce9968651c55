import type { ErrorCode } from '@moorage/contract/errors.ts'
import { Problem } from '@moorage/contract/problem.ts'

/** An answer of the hub with a status of 400 or more: its problem document, as an error. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  readonly status: number
  /** Seconds that the hub asks to wait, where it does. */
  readonly retryAfterSeconds: number | undefined

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail)
    this.problem = problem
    this.status = problem.status
    this.retryAfterSeconds = retryAfterSeconds
  }

  get code(): ErrorCode {
    return this.problem.code
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get retryable(): boolean {
    return this.status === 429 || this.status >= 500
  }
}

/** A problem document is small; what is larger is something else, such as a proxy's page. */
const MAX_PROBLEM_CHARS = 262_144

/** Reads the problem out of a failed response. Anything else that answers in the hub's place is described as such. */
export async function problemFrom(response: Response): Promise<ProblemError> {
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfter = Number.isFinite(after) && after >= 0 ? after : undefined
  const text = await response.text().catch(() => '')
  try {
    if (text.length <= MAX_PROBLEM_CHARS) return new ProblemError(Problem.parse(JSON.parse(text)), retryAfter)
  } catch {
    // Not a problem document: fall through to describe what it is.
  }
  const kind = response.headers.get('content-type') ?? 'no content type'
  return new ProblemError(
    {
      type: 'about:blank',
      title: 'This is not an answer of a hub',
      status: response.status,
      code: response.status >= 500 ? 'unavailable' : 'bad_request',
      detail: `${new URL(response.url || 'http://unknown').host} answered with HTTP ${response.status} and ${kind}, which is not an answer of a Moorage hub.`,
      fix: 'Check the URL of the hub, and any proxy in between.',
    },
    retryAfter,
  )
}
