import { randomBytes } from 'node:crypto'
import { resetAdminToken } from '@moorage/hub/reset-token.ts'
import type { Io } from '../io.ts'
import { databaseOf } from './database-of.ts'
import { openDatabase } from './open-database.ts'

/** Makes a new admin token in the database of a hub. */
export async function resetOffline(io: Io, flags: { data?: string; databaseUrl?: string }) {
  await using store = await openDatabase(io, databaseOf(io, flags))
  return await resetAdminToken({ store, now: io.now, random: randomBytes })
}
