import { setImmediate } from 'node:timers/promises'
import type { Batch, InventoryRow, Sink } from '@moorage/projector/batch.ts'
import { trimEvents, upsertEvents } from '../store/events.ts'
import { countRows, deleteRows, sweepRows, upsertRows } from '../store/inventory.ts'
import { type SyncChange, updateStates, updateSync } from '../store/inventory-sync.ts'
import type { Store } from '../store/store.ts'
import { writeOf } from './cluster-gone.ts'
import { EVENT_KIND, EVENTS_AHEAD_MS, EVENTS_KEPT, EVENTS_SLACK, MAX_OBJECTS_OF_A_KIND, MAX_ROWS } from './limits.ts'

type StateBatch = Extract<Batch, { type: 'state' }>

export interface IngestDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  /** Is told the kind of every batch that changed what people see. */
  changed: (kind: string) => void
  /** Objects of one kind that are kept. */
  mostOfAKind?: number
  /** Events that are kept; a tenth more for a while. */
  eventsKept?: number | undefined
}

/**
 * Makes the sink that stores one cluster's batches. Each batch is one
 * transaction that also stores where the kind's watch may resume: whatever
 * kills the hub, rows and resume point belong together.
 */
export function startIngest(
  { store, now, changed, mostOfAKind = MAX_OBJECTS_OF_A_KIND, eventsKept = EVENTS_KEPT }: IngestDeps,
  clusterId: string,
): Sink {
  /** UIDs that the running list of a kind has brought, until its end sweeps the rest. */
  const listed = new Map<string, string[]>()
  /** Events stored since those above the bound were forgotten. Whoever read before may have left more than the bound. */
  let untrimmed = Number.POSITIVE_INFINITY

  /** Answers whether rows are different now. */
  async function transact(kind: string, write: (db: Store['db']) => Promise<SyncChange>): Promise<boolean> {
    return writeOf(store, clusterId, async trx => {
      const change = await write(trx)
      const count = Object.keys(change).length > 0 ? await updateSync(trx, clusterId, kind, change) : 0
      if ((change.added ?? 0) > 0 && count > mostOfAKind) {
        throw new Error(`The cluster has more than ${mostOfAKind} objects of the kind ${kind}: no more are kept.`)
      }
      return change.touched ?? false
    })
  }

  async function storeRows(kind: string, rows: readonly InventoryRow[]): Promise<void> {
    for (let start = 0; start < rows.length; start += MAX_ROWS) {
      const some = rows.slice(start, start + MAX_ROWS)
      const touched = await transact(kind, async db => {
        const written = await upsertRows(db, clusterId, kind, some)
        return written.changed === 0 ? {} : { added: written.added, touched: true }
      })
      if (touched) changed(kind)
    }
    const uids = listed.get(kind) ?? []
    for (const row of rows) uids.push(row.uid)
    listed.set(kind, uids)
  }

  async function endList(kind: string, resourceVersion: string): Promise<void> {
    const uids = listed.get(kind) ?? []
    listed.delete(kind)
    await writeOf(store, clusterId, async trx => {
      const stored = await countRows(trx, clusterId, kind)
      // Every listed object has its row, so where there are no more rows than objects nothing is left over.
      const swept = stored === uids.length ? 0 : await sweepRows(trx, clusterId, kind, uids)
      const change = { ...watching(resourceVersion, now()), count: stored - swept, touched: swept > 0 }
      await updateSync(trx, clusterId, kind, change)
    })
    changed(kind)
  }

  async function applyDelta({ kind, upserts, deletes, resourceVersion }: Extract<Batch, { type: 'delta' }>) {
    const touched = await transact(kind, async db => {
      const { added, changed: different } = await upsertRows(db, clusterId, kind, upserts)
      const removed = await deleteRows(db, clusterId, kind, deletes)
      return { ...watching(resourceVersion, now()), added: added - removed, touched: different + removed > 0 }
    })
    if (touched) changed(kind)
  }

  async function storeEvents({ upserts, resourceVersion }: Extract<Batch, { type: 'events' }>) {
    const soon = new Date(now().getTime() + EVENTS_AHEAD_MS)
    const believed = upserts.map(event =>
      new Date(event.lastSeen) <= soon ? event : { ...event, lastSeen: now().toISOString() },
    )
    const touched = await transact(EVENT_KIND, async db => {
      let written = 0
      for (let start = 0; start < believed.length; start += MAX_ROWS) {
        written += await upsertEvents(db, clusterId, believed.slice(start, start + MAX_ROWS))
      }
      untrimmed += written
      return { ...(resourceVersion === null ? {} : watching(resourceVersion, now())), touched: written > 0 }
    })
    if (untrimmed >= eventsKept * EVENTS_SLACK) {
      await trimEvents(store.db, clusterId, eventsKept)
      untrimmed = 0
    }
    if (touched) changed(EVENT_KIND)
  }

  let said: Promise<void> | null = null
  const unsaid = new Map<string, StateBatch>()
  /** All kinds say so as an agent is back: what comes in one moment is one statement. */
  function sayState(batch: StateBatch): Promise<void> {
    unsaid.set(batch.kind, batch)
    said ??= setImmediate().then(() => {
      const states = [...unsaid.values()]
      unsaid.clear()
      said = null
      return updateStates(store.db, clusterId, states)
    })
    return said
  }

  return async batch => {
    switch (batch.type) {
      case 'list-start':
        listed.set(batch.kind, [])
        await updateSync(store.db, clusterId, batch.kind, { state: 'listing', message: null, resourceVersion: null })
        return
      case 'rows':
        return await storeRows(batch.kind, batch.rows)
      case 'list-end':
        return await endList(batch.kind, batch.resourceVersion)
      case 'delta':
        return await applyDelta(batch)
      case 'events':
        return await storeEvents(batch)
      case 'state':
        await sayState(batch)
        changed(batch.kind)
        return
      default:
        batch satisfies never
    }
  }
}

const watching = (resourceVersion: string, at: Date) =>
  ({ state: 'watching', message: null, resourceVersion, syncedAt: at }) satisfies SyncChange
