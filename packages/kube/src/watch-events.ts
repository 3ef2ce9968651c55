import { AnswerError, type KubeStatusError } from './errors.ts'
import { prune } from './prune.ts'
import type { KubeObject } from './resource.ts'
import { watchStatusError } from './status.ts'

/** One change of one object. */
export interface Change<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: T
}

/** One line of a watch. */
export type WatchEvent<T> =
  | Change<T>
  | { type: 'BOOKMARK'; resourceVersion: string }
  | { type: 'ERROR'; error: KubeStatusError }

const malformed = (what: string) => new AnswerError('malformed', `A line of the watch ${what}.`)

const decoder = new TextDecoder()

/** Reads one line; null for kinds of event that are not known here. Throws AnswerError, which never quotes the line. */
export const parseWatchLine = <T extends KubeObject>(line: Uint8Array): WatchEvent<T> | null => {
  let event: { type?: unknown; object?: unknown } | null
  try {
    event = JSON.parse(decoder.decode(line))
  } catch {
    throw malformed('is not JSON')
  }
  if (typeof event !== 'object' || event === null) throw malformed('is not an object')
  const { type, object } = event
  if (type === 'ERROR') return { type, error: watchStatusError(object) }
  const known = type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK'
  if (!known) return null
  const metadata = typeof object === 'object' && object !== null ? (object as Partial<T>).metadata : undefined
  const resourceVersion: unknown = metadata?.resourceVersion
  if (typeof resourceVersion !== 'string' || resourceVersion === '') throw malformed('has no resourceVersion')
  if (type === 'BOOKMARK') return { type, resourceVersion }
  return { type, object: prune(object as T) }
}
