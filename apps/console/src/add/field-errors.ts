import type { z } from 'zod'

/** What is wrong with the fields of a form, by their paths in the API's input. */
export type FieldErrors = Readonly<Record<string, string>>

type Issue = z.core.$ZodIssue

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_format':
    case 'custom':
      return issue.message
    case 'invalid_key':
      return issue.issues[0] === undefined ? 'is not valid' : messageOf(issue.issues[0])
    case 'too_big':
      return 'is too long'
    case 'too_small':
      return 'must not be empty'
    default:
      return 'is not valid'
  }
}

/** The first fault of each field. One of a label is one of the labels. */
export function fieldErrorsOf(issues: readonly Issue[]): FieldErrors {
  const errors: Record<string, string> = {}
  for (const issue of issues) {
    const path = issue.path[0] === 'labels' ? 'labels' : issue.path.join('.')
    errors[path] ??= messageOf(issue)
  }
  return errors
}
