import { randomUUID } from 'node:crypto'
import { appendAudit } from './store/audit.ts'
import { appliedMigrations, checkSchema, makeTable, readMigrations } from './store/migrate.ts'
import type { Store } from './store/store.ts'
import { StoreError } from './store/store-error.ts'
import { hashToken, makeToken, replaceFirstToken } from './store/tokens.ts'

export interface ResetDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  random: (bytes: number) => Uint8Array
}

/**
 * A new admin token in the place of the first one, which was lost: whoever can open the hub's database is its
 * operator. The old one, its sessions and streams end; other tokens stay. Gives the new one's text.
 */
export async function resetAdminToken({ store, now, random }: ResetDeps): Promise<{ id: string; token: string }> {
  const { db } = store
  await makeTable(db)
  const applied = await appliedMigrations(db)
  checkSchema(await readMigrations(), applied)
  const token = makeToken(random)
  const id = randomUUID()
  const at = now()
  const row = { id, name: 'first admin', hash: hashToken(token), created_at: at, created_by: 'reset' }
  const done =
    applied.length > 0 &&
    (await db.transaction().execute(async trx => {
      if (!(await replaceFirstToken(trx, row, at))) return false
      await appendAudit(trx, {
        at,
        actor_kind: 'system',
        actor_id: 'local',
        actor_name: 'moorage admin reset-token',
        source: '',
        action: 'tokens.reset',
        cluster_id: null,
        target: `tokens/${id}`,
        allowed: true,
        because: 'Whoever can open the database of the hub is its operator.',
        status: 200,
        request_id: randomUUID(),
        duration_ms: null,
      })
      return true
    }))
  if (done) return { id, token }
  throw new StoreError(
    'never_started',
    'No hub was ever started on this database; its first start shows an admin token.',
  )
}
