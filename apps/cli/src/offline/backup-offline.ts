import { addAbortSignal, Transform } from 'node:stream'
import { writeBackup } from '@moorage/hub/store/backup.ts'
import type { Io } from '../io.ts'
import { databaseOf } from './database-of.ts'
import { openDatabase } from './open-database.ts'
import { backupTarget } from './save-backup.ts'

/** Backs up the database of a stopped hub. Returns the size of the backup in bytes. */
export async function backupOffline(
  io: Io,
  flags: { data?: string; databaseUrl?: string },
  path: string | null,
  progress: (bytes: number) => void,
): Promise<number> {
  await using store = await openDatabase(io, databaseOf(io, flags))
  const target = backupTarget(io, path)
  let bytes = 0
  const count = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length
      progress(bytes)
      done(null, chunk)
    },
  })
  addAbortSignal(
    io.signal,
    count.once('error', error => target.stream.destroy(error)),
  )
  count.pipe(target.stream, { end: path !== null })
  const written = new Promise<void>((resolve, reject) => {
    target.stream.once('error', reject).once('close', resolve)
    if (path === null) count.once('end', resolve)
  })
  try {
    await Promise.all([writeBackup(store, count, io.now()), written])
    await target.keep()
    return bytes
  } catch (error) {
    await target.drop()
    throw error
  }
}
