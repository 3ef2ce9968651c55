import type { WriteRole } from '@moorage/contract/access.ts'
import { stringify } from 'yaml'

type Issue = NonNullable<ReturnType<typeof WriteRole.safeParse>['error']>['issues'][number]

function message(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    return issue.message.endsWith('received undefined') ? 'is missing' : `must be ${issue.expected}`
  }
  if (issue.code === 'unrecognized_keys') return `has no ${issue.keys.map(key => `"${key}"`).join(', ')}`
  if (issue.code === 'too_small' && issue.origin === 'array') return 'must not be empty'
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_union') {
    const values = issue.errors.flatMap(([first]) => (first?.code === 'invalid_value' ? first.values.map(String) : []))
    return values.length > 0
      ? `must be one of ${[...new Set(values)].join(', ')}`
      : 'is none of the forms that it can have'
  }
  if (issue.code === 'invalid_format' && issue.format === 'datetime') {
    return 'must be an instant such as 2026-01-31T12:00:00Z'
  }
  return issue.message
}

/** What is wrong first, with its place. */
export const whatIsWrong = ([issue]: readonly Issue[]): string =>
  issue === undefined ? 'it is not valid' : `${issue.path.map(String).join('.') || 'it'} ${message(issue)}`

/** One that is right, as the contract shows it. */
export function rightOne(kind: string, schema: { meta(): Record<string, unknown> | undefined }): string | undefined {
  const examples = schema.meta()?.examples
  const [example] = Array.isArray(examples) ? examples : []
  return example === undefined ? undefined : `One that is right:\n${stringify({ kind, ...example }).trimEnd()}`
}
