import type { FoundRecording, Recording, RecordingDetail, RecordingsQuery } from '@moorage/contract/recording.ts'
import type { Sealer } from '../connections/sealing.ts'
import { SealingError } from '../connections/sealing-key.ts'
import { MoorageError } from '../errors.ts'
import {
  countRecordings,
  findRecording,
  listRecordings,
  type RecordingFilter,
  type RecordingRow,
} from '../store/recordings.ts'
import type { Store } from '../store/store.ts'
import { openTyped, type Typed } from './sealed-parts.ts'

interface Deps {
  store: Pick<Store, 'db'>
  sealer: Sealer
}

/** Where a page ended. */
export interface RecordingPlace {
  at: Date
  id: string
}

/** Recordings that a search for what was typed opens for one page. */
const OPENED = 2_000
/** Recordings that are read at once for it. */
const READ_AT_ONCE = 200
/** Recordings that a page counts at most. */
const COUNTED = 10_000
/** Lines that one recording shows of those that were found. */
const MAX_MATCHES = 20

const toRecording = (row: RecordingRow): Recording => ({
  id: row.id,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  cluster: { id: row.cluster_id, name: row.cluster_name },
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  source: row.source,
  kind: row.kind as Recording['kind'],
  namespace: row.namespace,
  pod: row.pod,
  container: row.container,
  command: row.command,
  tty: row.tty,
  state: row.state,
  because: row.because,
  exitCode: row.exit_code,
  bytes: row.bytes,
})

/** What was typed; nothing where the key that it was sealed with is gone. */
function typedOf({ sealer }: Deps, { id, typed }: RecordingRow): Typed[] {
  if (typed === null) return []
  try {
    return openTyped(sealer, id, typed)
  } catch (error) {
    if (error instanceof SealingError) return []
    throw error
  }
}

const filterOf = ({ actor, cluster, namespace, pod, since, until }: RecordingsQuery): RecordingFilter => ({
  ...{ actor, cluster, namespace, pod },
  since: since === undefined ? undefined : new Date(since),
  until: until === undefined ? undefined : new Date(until),
})

/** What of a session holds a text: lines that were typed, and the command that it began with. */
function matchesOf(deps: Deps, row: RecordingRow, text: string): Typed[] {
  const command = { at: 0, line: row.command.join(' ') }
  return [command, ...typedOf(deps, row)].filter(({ line }) => line.toLowerCase().includes(text)).slice(0, MAX_MATCHES)
}

/**
 * Recordings newest first, before a place; `last` says where the next page goes
 * on, null at the end. Of a search for what was typed nobody knows how many it
 * would find, so its total is of the page, and one more where there may be others.
 */
export async function findRecordings(
  deps: Deps,
  query: RecordingsQuery,
  before: RecordingPlace | undefined,
): Promise<{ items: FoundRecording[]; last: RecordingPlace | null; total: number }> {
  const { db } = deps.store
  const { typed, limit } = query
  const filter = filterOf(query)
  const placeOf = (row: RecordingRow) => ({ at: row.started_at, id: row.id })
  if (typed === undefined) {
    const rows = await listRecordings(db, { ...filter, before, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? placeOf(page.at(-1)!) : null
    const total = await countRecordings(db, filter, COUNTED + 1)
    return { items: page.map(row => ({ ...toRecording(row), matches: [] })), last, total }
  }
  const text = typed.toLowerCase()
  const items: FoundRecording[] = []
  let place = before
  for (let opened = 0; opened < OPENED; opened += READ_AT_ONCE) {
    const rows = await listRecordings(db, { ...filter, before: place, limit: READ_AT_ONCE })
    for (const row of rows) {
      const matches = matchesOf(deps, row, text)
      place = placeOf(row)
      if (matches.length > 0) items.push({ ...toRecording(row), matches })
      if (items.length === limit) return { items, last: place, total: items.length + 1 }
    }
    if (rows.length < READ_AT_ONCE) return { items, last: null, total: items.length }
  }
  return { items, last: place ?? null, total: items.length + 1 }
}

/** One recording, with what was typed in it. */
export async function getRecording(deps: Deps, id: string): Promise<RecordingDetail> {
  const row = await findRecording(deps.store.db, id)
  if (row === undefined) throw recordingUnknown(id)
  return { ...toRecording(row), typed: typedOf(deps, row) }
}

export const recordingUnknown = (id: string): MoorageError =>
  new MoorageError('not_found', `There is no recording ${JSON.stringify(id.slice(0, 100))}.`, {
    fix: 'List them with "moorage audit sessions". Old ones are deleted after a time.',
  })
