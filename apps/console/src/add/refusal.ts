import { ProblemError } from '@moorage/client/problem-error.ts'
import type { ErrorCode } from '@moorage/contract/errors.ts'
import type { FieldErrors } from './field-errors.ts'

/** Which field of a form a refusal is about, where the API's code says more than the fields that it names. */
const byCode: Partial<Record<ErrorCode, string>> = {
  name_taken: 'name',
  invalid_kubeconfig: 'kubeconfig',
  unsupported_auth: 'kubeconfig',
  context_required: 'context',
  insecure_tls_refused: 'allowInsecureTls',
  proxy_not_allowed: 'agent.proxy.https',
}

/** A refusal, shared out: what belongs to fields of the form, and whether that is all of it. */
export interface Refusal {
  fields: FieldErrors
  /** Shown as a whole, as no field of the form is the place for it. */
  whole: boolean
}

/** Puts what the API refused to the fields that it is about, with what would be right. `known` are the form's fields. */
export function refusalOf(error: unknown, known: readonly string[]): Refusal {
  if (!(error instanceof ProblemError)) return { fields: {}, whole: true }
  const { code, detail, fix, fields = [] } = error.problem
  // The contexts to choose from stand in the field itself.
  const sentence = fix === undefined || code === 'context_required' ? detail : `${detail} ${fix}`
  const own = byCode[code]
  if (own !== undefined && known.includes(own)) return { fields: { [own]: sentence }, whole: false }
  const named = fields.filter(({ path }) => known.includes(path))
  if (named.length === 0) return { fields: {}, whole: true }
  if (fields.length === 1) return { fields: { [named[0]?.path ?? '']: sentence }, whole: false }
  return {
    fields: Object.fromEntries(named.map(({ path, message }) => [path, message])),
    whole: named.length < fields.length,
  }
}
