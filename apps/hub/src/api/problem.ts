import { errorTable } from '@moorage/contract/errors.ts'
import type { Problem } from '@moorage/contract/problem.ts'
import { MoorageError } from '../errors.ts'
import { isOutage } from '../store/outage.ts'

/** Whatever was thrown, as the error that the asker is told. What is not meant for them becomes `internal`. */
export function toMoorageError(error: unknown): MoorageError {
  if (error instanceof MoorageError) return error
  if (isOutage(error)) {
    return new MoorageError('unavailable', 'The hub’s database does not answer.', {
      fix: 'Try again in a while; the hub goes on by itself once the database answers.',
      cause: error,
    })
  }
  return new MoorageError('internal', 'The hub failed while it answered this request.', {
    fix: 'Try again; if it stays so, look in the hub’s log for the id of this request.',
    cause: error,
  })
}

/** The problem document of an error. `instance` is the request's id. */
export function problemOf(error: MoorageError, instance: string): Problem {
  const { status, title } = errorTable[error.code]
  const { fix, step, fields, choices, cluster, removal } = error.extra
  return {
    type: `urn:moorage:problem:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    ...(fix === undefined ? {} : { fix }),
    ...(step === undefined ? {} : { step }),
    instance,
    ...(fields === undefined ? {} : { fields }),
    ...(choices === undefined ? {} : { choices }),
    ...(removal === undefined ? {} : { removal }),
    ...(cluster === undefined ? {} : { cluster }),
  }
}
