import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** The program of this name in a list of folders; null where none has it. Relative folders do not count. */
export const findProgram = (name: string, folders = ''): string | null =>
  folders
    .split(delimiter)
    .filter(isAbsolute)
    .map(folder => join(folder, name))
    .find(isProgram) ?? null

/** The kubectl to run: the one that the hub was told, else the first on the PATH; null where there is none. */
export const findKubectl = (told: string | null, folders: string | undefined): string | null =>
  told === null ? findProgram('kubectl', folders) : isProgram(told) ? told : null
