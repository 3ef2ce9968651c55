import type { ObjectRef } from '@moorage/contract/cluster.ts'
import type { ErrorCode } from '@moorage/contract/errors.ts'

/** What an error can say beyond its code and sentence. */
export interface ErrorExtra {
  /** What would be right, or what to do next. */
  fix?: string | undefined
  /** The step that failed, where the operation has several. */
  step?: string | undefined
  /** The parts of the request that are wrong. */
  fields?: { path: string; message: string }[] | undefined
  /** The values that would be accepted. */
  choices?: string[] | undefined
  /** Name of the cluster that the error is about. */
  cluster?: string | undefined
  /** With agent_removed: what the agent takes out of its cluster before it removes itself. */
  removal?: { instance: string; objects: ObjectRef[] } | undefined
  /** s to wait before the same is asked again, for the header Retry-After; 0 where anything but waiting helps. */
  retryAfterS?: number | undefined
  cause?: unknown
}

/**
 * A failure that the person who asked is told about. The API turns it into a
 * problem document, so neither the message nor the extras may hold a secret;
 * `cause` stays in the hub.
 */
export class MoorageError extends Error {
  override readonly name = 'MoorageError'
  readonly code: ErrorCode
  readonly extra: Omit<ErrorExtra, 'cause'>

  /** `message` is a sentence: what failed, with the wrong value, and why. */
  constructor(code: ErrorCode, message: string, extra: ErrorExtra = {}) {
    const { cause, ...rest } = extra
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.extra = rest
  }

  get fix(): string | undefined {
    return this.extra.fix
  }
  get step(): string | undefined {
    return this.extra.step
  }
  get fields(): { path: string; message: string }[] | undefined {
    return this.extra.fields
  }
  get choices(): string[] | undefined {
    return this.extra.choices
  }
  get cluster(): string | undefined {
    return this.extra.cluster
  }
}

/** Says that the rules do not allow something, by their own sentence, and where to turn. */
export const notAllowed = (because: string): MoorageError =>
  new MoorageError('forbidden', because, {
    fix: 'Ask for a role with "moorage access request", or an administrator; "moorage access explain" says what is missing.',
  })

/** Says that there is no such cluster. The same words to whoever may not see it. */
export const clusterUnknown = (ref: string, more = '', fix = 'List the clusters to see their names.'): MoorageError =>
  new MoorageError(
    'cluster_not_found',
    `No cluster has the name or id ${JSON.stringify(ref.slice(0, 63))}. ${more}`.trim(),
    { fix },
  )
