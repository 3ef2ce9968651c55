import { randomBytes } from 'node:crypto'
import { resetAdminToken } from '@moorage/hub/reset-token.ts'
import { openStore } from '@moorage/hub/store/open.ts'
import type { Io } from '../io.ts'
import { databaseOf } from './database-of.ts'
import { storeDeps } from './store-deps.ts'

/** Makes a new admin token in the database of a hub. */
export async function resetOffline(io: Io, flags: { data?: string; databaseUrl?: string }) {
  await using store = await openStore(databaseOf(io, flags), storeDeps(io))
  return await resetAdminToken({ store, now: io.now, random: randomBytes })
}
