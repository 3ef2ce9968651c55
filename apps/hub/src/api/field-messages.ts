import type { z } from 'zod'
import { MoorageError } from '../errors.ts'

type Issue = z.core.$ZodIssue

/** At most this many wrong fields are listed: more help nobody. */
const MAX_FIELDS = 20

/** Path segments that may be echoed: names of the contract and label keys, nothing that could be a pasted file or key. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$/

function pathOf(issue: Issue, whole: string): string {
  const parts = issue.path.map(part => (PLAIN.test(String(part)) ? String(part) : '?'))
  return parts.length === 0 ? whole : parts.join('.')
}

const article = (word: string) => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`)

/** Whether there is nothing at the path. */
function isAbsent(path: readonly PropertyKey[], input: unknown): boolean {
  let current = input
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return true
    current = (current as Record<PropertyKey, unknown>)[part]
  }
  return current === undefined
}

/** What is wrong with one field. Written here and not taken from zod, as it must never repeat what was sent. */
function messageOf(issue: Issue, input: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return isAbsent(issue.path, input) ? 'is missing' : `must be ${article(issue.expected)}`
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'must not be empty'
        : issue.origin === 'string'
          ? `must have at least ${issue.minimum} characters`
          : `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(value => String(value)).join(', ')}`
    case 'unrecognized_keys':
      return issue.keys.length === 1 ? 'has a member that is not known here' : 'has members that are not known here'
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0] === undefined || issue.issues[0].code === 'invalid_type'
        ? 'is not valid'
        : messageOf(issue.issues[0], undefined)
    case 'invalid_format':
      // A pattern's message in the contract says what is right; others are of the form "Invalid ISO datetime".
      return issue.format === 'datetime'
        ? 'must be an instant such as 2026-01-31T12:00:00Z'
        : issue.format === 'regex' && !issue.message.startsWith('Invalid')
          ? issue.message
          : `is not a valid ${issue.format}`
    case 'custom':
      // It ends a sentence of its own.
      return issue.message.replace(/\.$/, '')
    default:
      return 'is not valid'
  }
}

/** Where a route takes its input from, and the members that it knows. */
export interface InputPlace {
  whole: 'body' | 'query'
  known: readonly string[]
}

/** The error for input that does not fit the contract. */
export function invalidInput(issues: readonly Issue[], input: unknown, { whole, known }: InputPlace): MoorageError {
  const fields = issues
    .slice(0, MAX_FIELDS)
    .map(issue => ({ path: pathOf(issue, whole), message: messageOf(issue, input) }))
  const first = fields[0] ?? { path: whole, message: 'is not valid' }
  const more = issues.length > 1 ? `, and ${issues.length - 1} more` : ''
  const unknown = issues.some(issue => issue.code === 'unrecognized_keys' && issue.path.length === 0)
  const value = issues.length === 1 && issues[0]?.code === 'invalid_value' ? issues[0] : undefined
  return new MoorageError('bad_request', `The request is not valid: ${first.path} ${first.message}${more}.`, {
    fields,
    choices: unknown && known.length > 0 ? [...known] : value?.values.map(choice => String(choice)),
    fix: unknown
      ? known.length > 0
        ? `This address takes ${known.join(', ')}.`
        : 'This address takes no parameters.'
      : undefined,
  })
}
