import { deleteEndedBindings, listNewlyEnded, noteEnded } from '../store/bindings.ts'
import { deleteOldRoleRequests } from '../store/role-requests.ts'
import type { Store } from '../store/store.ts'

/** Bindings that have ended stay in sight for so long, in ms: who reviews them sees what was. */
const ENDED_KEPT_MS = 30 * 24 * 3_600_000

/** A binding whose time is over. */
export interface Ended {
  name: string
  role: string
  expiresAt: Date | null
}

/**
 * Writes down which bindings have ended, and forgets those that did so long
 * ago. They gave nothing since their time was over, whether or not this runs.
 * One whose end could not be written down is tried again the next time.
 */
export async function endBindings(
  { store, now }: { store: Pick<Store, 'db'>; now: () => Date },
  ended: (binding: Ended) => Promise<void>,
): Promise<void> {
  const at = now()
  for (const { name, role, expires_at } of await listNewlyEnded(store.db, at)) {
    await ended({ name, role, expiresAt: expires_at })
    await noteEnded(store.db, name, at)
  }
  const until = new Date(at.getTime() - ENDED_KEPT_MS)
  await deleteEndedBindings(store.db, until)
  await deleteOldRoleRequests(store.db, until)
}
