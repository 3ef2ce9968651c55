import type { Change } from '@moorage/contract/hub.ts'
import { writeClusterStatus } from '../store/clusters.ts'
import type { Store } from '../store/store.ts'
import type { ClusterRow } from '../store/tables.ts'
import type { Facts } from './facts.ts'
import { STATUS_EVERY_MS } from './limits.ts'
import type { Plan } from './observed.ts'

interface Deps {
  store: Pick<Store, 'db'>
  changes: { publish(change: Change): void }
  /** Notes when a cluster answered last. */
  seen: (clusterId: string, at: Date) => void
}

/** What people would see a difference in. Times of looking are not among it. */
const visible = (plan: Plan, facts: Facts, row: ClusterRow) =>
  JSON.stringify([plan.phase, plan.conditions.map(({ lastSeen: _, ...condition }) => condition), facts, row.generation])

/** Writes one cluster's status: whole where something differs, else only the time of the last answer. */
export class StatusWriter {
  #written = ''
  #at = 0
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** `more` is true where something beside the status has changed that people see with it. */
  async write(row: ClusterRow, plan: Plan, facts: Facts, now: Date, more = false): Promise<void> {
    const { store, changes, seen } = this.#deps
    const text = visible(plan, facts, row)
    const differs = more || text !== this.#written
    if (!differs && Math.abs(now.getTime() - this.#at) < STATUS_EVERY_MS) {
      if (plan.lastSeen && plan.lastSeen.getTime() !== row.last_seen?.getTime()) {
        seen(row.id, plan.lastSeen)
      }
      return
    }
    const { phase, conditions, lastSeen } = plan
    const status = { phase, conditions, facts, lastSeen, observedGeneration: row.generation }
    if (!(await writeClusterStatus(store.db, row.id, status))) return
    this.#written = text
    this.#at = now.getTime()
    if (differs) {
      changes.publish({ type: 'cluster', cluster: row.id, name: row.name, kinds: [], at: now.toISOString() })
    }
  }
}
