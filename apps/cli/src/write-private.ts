import { chmod, rename, rm, writeFile } from 'node:fs/promises'

/** Writes a file that only its owner can read, whole or not at all. */
export async function writePrivate(path: string, text: string | Uint8Array): Promise<void> {
  const next = `${path}.${process.pid}.new`
  try {
    await writeFile(next, text, { mode: 0o600, flag: 'wx' })
    await chmod(next, 0o600) // whatever the umask says
    await rename(next, path)
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}
