import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { StoreError } from './store-error.ts'

/**
 * Makes a folder that its owner alone can read, and the ones above it that are missing.
 *
 * Not by `mkdir` with `recursive`: Node's never ends where a folder can not be made though the one above it is there,
 * as below /proc or below a link that leads nowhere.
 */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await make(resolve(dir))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const inTheWay = code === 'EEXIST' || code === 'ENOTDIR'
    const why = inTheWay ? 'something that is no folder has that name, or that of a folder above it' : message
    throw new StoreError('data_dir_unusable', `The folder ${dir} can not be made: ${why}.`, { cause: error })
  }
}

async function make(path: string): Promise<void> {
  const parent = dirname(path)
  if (!existsSync(parent) && parent !== path) await make(parent)
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isFolder(path))) throw error
  }
}

const isFolder = async (path: string) => (await stat(path).catch(() => null))?.isDirectory() === true
