import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { exitCodes } from './exit-codes.ts'
import { CliError } from './failure.ts'

/** Says before the work, and not after it, that its result could not be written there. */
export async function checkWritable(path: string): Promise<void> {
  const [folder, there] = await Promise.all([kindOf(dirname(path)), kindOf(path)])
  const wrong =
    folder !== 'folder'
      ? `The file ${path} can not be written: ${dirname(path)} ${folder === null ? 'is not there' : 'is no folder'}.`
      : there === 'folder'
        ? `${path} is a folder; name a file in it.`
        : null
  if (wrong !== null) throw new CliError('file_unwritable', exitCodes.usage, wrong)
}

async function kindOf(path: string): Promise<'folder' | 'file' | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  return found.isDirectory() ? 'folder' : 'file'
}
