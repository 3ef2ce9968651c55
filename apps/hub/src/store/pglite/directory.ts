import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { StoreError } from '../store-error.ts'

/** Where the engine's files are in a data directory. */
export const databaseDir = (dir: string) => join(dir, 'db')

const UNFINISHED = 'db.new-'

/** Makes the engine's files unless they are there. A start that is killed half-way leaves nothing that looks finished. */
export async function prepareDatabase(dir: string): Promise<{ fresh: boolean }> {
  for (const name of await readdir(dir)) {
    if (name.startsWith(UNFINISHED)) await rm(join(dir, name), { recursive: true, force: true })
  }
  if (existsSync(databaseDir(dir))) return { fresh: false }
  const unfinished = join(dir, `${UNFINISHED}${randomUUID()}`)
  await initialise(unfinished)
  await chmod(unfinished, 0o700)
  await rename(unfinished, databaseDir(dir))
  return { fresh: true }
}

async function initialise(dir: string): Promise<void> {
  const script = fileURLToPath(new URL('./initialise.ts', import.meta.url))
  const child = spawn(process.execPath, [script, dir], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
  const [said, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  if (code === 0) return
  throw new StoreError(
    'data_dir_unusable',
    `The embedded database could not be made in ${dir} (${signal ?? `exit ${code}`}): ${said.trim().slice(-500) || 'it said nothing'}.`,
  )
}
