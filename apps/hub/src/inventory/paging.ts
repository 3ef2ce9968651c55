import { MoorageError } from '../errors.ts'

/**
 * A `continue` token: where a page ended, as base64url of a JSON array of
 * strings. Opaque to clients; nothing in it is secret or trusted.
 */
export const pageToken = (parts: readonly string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** Reads a token of `count` parts, or throws a sentence. Undefined, as on the first page, gives null. */
export function readPageToken(token: string | undefined, count: number): string[] | null {
  if (token === undefined) return null
  const parts = parse(token)
  // PostgreSQL takes no NUL, and no token of ours holds one.
  const fits = Array.isArray(parts) && parts.length === count && parts.every(part => typeof part === 'string')
  if (fits && !parts.some(part => part.includes('\0'))) return parts
  throw badToken()
}

/** The refusal of a token that no page has given out. */
export const badToken = () =>
  new MoorageError('bad_request', 'The value of “continue” is not one that this list gave out.', {
    fix: 'Send `next` of the page before as it came, or leave `continue` out to start again.',
  })

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString())
  } catch {
    return null // The caller says it in a sentence.
  }
}

/** One more row than the page holds was asked for: cuts it off, and makes the token that leads to it. */
export function cutPage<T>(rows: readonly T[], limit: number, partsOf: (last: T) => readonly string[]) {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { page, next: rows.length > limit && last !== undefined ? pageToken(partsOf(last)) : null }
}
