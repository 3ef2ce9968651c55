import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** ms between two looks at a lock that somebody else holds. */
const LOOK_EVERY = 500

/**
 * Holds `<path>.lock` until it is disposed of, waiting for its turn. A lock whose
 * holder died is taken over: it is a folder with the holder's process id in it.
 */
export async function holdLock(path: string, waiting: (holder: number) => void): Promise<AsyncDisposable> {
  const folder = `${path}.lock`
  const owner = join(folder, 'pid')
  let told = false
  while (!take(folder, owner)) {
    const holder = Number(readOr(owner, '0'))
    if (holder > 0 && !isAlive(holder)) {
      rmSync(folder, { recursive: true, force: true })
      continue
    }
    if (!told) waiting(holder)
    told = true
    await delay(LOOK_EVERY)
  }
  return {
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function take(folder: string, owner: string): boolean {
  try {
    mkdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  writeFileSync(owner, `${process.pid}`)
  return true
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise // its holder is about to write it, or has just let go
  }
}

/** Whether a process of that id runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
