import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { toConfig } from '@moorage/hub/config/config.ts'
import { resealCredentials } from '@moorage/hub/connections/credentials.ts'
import { makeSealer } from '@moorage/hub/connections/sealing.ts'
import { loadSealingKeys, rotateFolderKey } from '@moorage/hub/connections/sealing-keys.ts'
import { anyLease } from '@moorage/hub/store/leases.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError, usage } from '../failure.ts'
import type { Io } from '../io.ts'
import { databaseOf } from './database-of.ts'
import { openDatabase } from './open-database.ts'

/** Ids of the keys, how many credentials the new one sealed, and where the keys are. */
export interface Rotated {
  before: string
  after: string
  sealedAnew: number
  keysDir: string
}

/** Makes a new sealing key for a stopped hub, and seals with it what the one before had sealed. */
export async function rotateOffline(io: Io, flags: { data?: string; databaseUrl?: string }): Promise<Rotated> {
  const database = databaseOf(io, flags)
  const { sealing, dataDir } = toConfig(flags, io.env, io.cwd)
  if (sealing.kind !== 'folder')
    throw usage(
      'The sealing key does not come from the data folder, but from a setting (--sealing-key-file, --sealing-key-command or MOORAGE_SEALING_KEY).',
      'Put a new key where that one comes from, and the old one into DIR/keys with a name that ends in .key; the hub seals anew at its next start.',
    )
  const keysDir = join(dataDir, 'keys')
  if (!existsSync(join(keysDir, 'current.key')))
    throw new CliError('no_key', exitCodes.notFound, `There is no sealing key of a hub in ${keysDir}.`, {
      fix: 'Give the folder that the hub was started with by --data.',
    })
  await using store = await openDatabase(io, database)
  // An embedded database has opened here, so no hub has it.
  if (database.kind === 'postgres' && (await anyLease(store.db)))
    throw new CliError('hub_runs', exitCodes.conflict, 'A hub works with this database.', {
      fix: 'Stop every hub on it first, and wait 15 s where one was killed.',
    })
  const before = makeSealer(await loadSealingKeys(sealing, keysDir)).keyId
  await rotateFolderKey(keysDir)
  const sealer = makeSealer(await loadSealingKeys(sealing, keysDir))
  const sealedAnew = await resealCredentials({ store, sealer })
  return { before, after: sealer.keyId, sealedAnew, keysDir }
}
