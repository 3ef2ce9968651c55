import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'

/** A place for a backup: written whole, or not there at all. */
export interface BackupTarget {
  stream: Writable
  /** Called once all of it was written and found whole. */
  keep(): Promise<void>
  drop(): Promise<void>
}

/** A file for its owner alone, under its name only when it is whole; or standard output where `path` is null. */
export function backupTarget(io: Io, path: string | null): BackupTarget {
  if (path === null) return { stream: io.stdout, keep: async () => {}, drop: async () => {} }
  const unfinished = `${path}.${process.pid}.unfinished`
  return {
    stream: createWriteStream(unfinished, { mode: 0o600, flush: true }),
    keep: () => rename(unfinished, path),
    drop: () => rm(unfinished, { force: true }),
  }
}

/** Writes all of it to the place, or nothing: `check` looks at the file before it gets its name. */
export async function saveWhole(
  io: Io,
  path: string | null,
  streams: readonly [Readable, ...Transform[]],
  check: (file: string) => Promise<void> = async () => {},
): Promise<void> {
  const target = backupTarget(io, path)
  try {
    await pipeline([...streams, target.stream], { signal: io.signal, end: path !== null })
    if (path !== null) await check(`${path}.${process.pid}.unfinished`)
    await target.keep()
  } catch (error) {
    await target.drop()
    throw error
  }
}

/** Writes a backup that a hub sends, and makes sure that it came whole. Returns its size in bytes. */
export async function saveBackup(
  io: Io,
  body: AsyncIterable<Uint8Array>,
  path: string | null,
  progress: (bytes: number) => void,
): Promise<number> {
  let bytes = 0
  const count = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length
      progress(bytes)
      done(null, chunk)
    },
  })
  await saveWhole(io, path, [Readable.from(body), count], checkWhole)
  return bytes
}

/** Reads the file as a restore would: its trailer holds the count and the hash of what is before it. */
async function checkWhole(path: string): Promise<void> {
  const { createReadStream } = await import('node:fs')
  const { readBackup } = await import('@moorage/hub/store/read-backup.ts')
  try {
    for await (const _ of readBackup(createReadStream(path))) {
      // only read: the reader throws where something is missing
    }
  } catch (cause) {
    throw new CliError('backup_cut', exitCodes.failed, 'The backup did not come whole; nothing was kept.', {
      fix: 'Try again; the log of the hub says why it broke off.',
      cause,
    })
  }
}
