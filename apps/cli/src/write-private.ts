import { access, chmod, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { exitCodes } from './exit-codes.ts'
import { CliError } from './failure.ts'

const missing = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null
  throw error
}

/** The file that a path leads to, so that links stay links. Throws where it is none that may be replaced. */
export async function fileToReplace(path: string): Promise<string> {
  const file = (await realpath(path).catch(missing)) ?? path
  const found = await stat(file).catch(missing)
  if (found === null) return file
  const wrong = found.isFile()
    ? await access(file, constants.W_OK).then(
        () => null,
        () => 'is read-only, so nothing was written to it',
      )
    : 'is not a file'
  if (wrong !== null) throw new CliError('file_unwritable', exitCodes.usage, `${path} ${wrong}.`)
  return file
}

/** Writes a file that only its owner can read, whole or not at all. */
export async function writePrivate(path: string, text: string | Uint8Array): Promise<void> {
  const file = await fileToReplace(path)
  const next = `${file}.${process.pid}.new`
  try {
    await writeFile(next, text, { mode: 0o600, flag: 'wx' })
    await chmod(next, 0o600) // whatever the umask says
    await rename(next, file)
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}
