import { pageToken, readPageToken } from '../inventory/paging.ts'

/** Where a page of a list that goes by time ended. */
export interface TimeCursor {
  at: Date
  id: string
}

/** What `Date` writes for the years of our time: the database takes any of these. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

export const timeToken = (last: TimeCursor): string => pageToken([last.at.toISOString(), last.id])

/** Reads such a token, or throws a sentence. */
export function readTimeToken(token: string | undefined): TimeCursor | undefined {
  const parts = readPageToken(token, 2)
  if (parts === null) return undefined
  const [text = '', id = ''] = parts
  const at = new Date(text)
  // An empty token is none that was given out, so this throws the sentence.
  if (!ISO.test(text) || Number.isNaN(at.getTime())) readPageToken('', 2)
  return { at, id }
}

/** Cuts off the one row more that was asked for, and makes the token that leads to it. */
export function cutByTime<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => TimeCursor) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? timeToken(cursorOf(last)) : null }
}
