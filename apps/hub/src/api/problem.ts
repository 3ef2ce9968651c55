import { errorTable } from '@moorage/contract/errors.ts'
import type { Problem } from '@moorage/contract/problem.ts'
import { SearchQueryError } from '@moorage/contract/search-query.ts'
import { SelectorError } from '@moorage/contract/selector.ts'
import { MoorageError } from '../errors.ts'

/** Whatever was thrown, as the error that the asker is told. What is not meant for them becomes `internal`. */
export function toMoorageError(error: unknown): MoorageError {
  if (error instanceof MoorageError) return error
  if (error instanceof SelectorError) {
    return new MoorageError('bad_request', error.message, {
      fields: [{ path: 'selector', message: error.message }],
      fix: 'Write it as kubectl does: env=prod,tier!=test,region in (eu,us),!legacy.',
    })
  }
  if (error instanceof SearchQueryError) {
    return new MoorageError('invalid_search', error.message, {
      fields: [{ path: 'q', message: error.message }],
      choices: error.choices,
      fix: 'Such as: kind:Pod status:CrashLoopBackOff ns:shop -cluster:dev label:app=web "free text".',
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
  const { fix, step, fields, choices, cluster } = error.extra
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
    ...(cluster === undefined ? {} : { cluster }),
  }
}
