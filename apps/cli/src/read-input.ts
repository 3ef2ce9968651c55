import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exitCodes } from './exit-codes.ts'
import { CliError, usage } from './failure.ts'
import type { Io } from './io.ts'

/** Bytes; more than any kubeconfig or token has, so that a wrong file is not read into memory. */
const LARGEST = 4 * 1024 * 1024

/** The text of a file, or of standard input where the path is `-`. */
export async function readInput(io: Io, path: string, what: string): Promise<string> {
  if (path === '-') return readStdin(io, what)
  try {
    return await readFile(resolve(io.cwd, path), 'utf8')
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new CliError(
      'file_unreadable',
      exitCodes.usage,
      missing
        ? `There is no ${what} at ${path}.`
        : `The ${what} ${path} could not be read: ${(cause as Error).message}.`,
      { fix: 'Give the path of a file, or - for standard input.', cause },
    )
  }
}

async function readStdin(io: Io, what: string): Promise<string> {
  if (io.stdin.isTTY)
    throw usage(`The ${what} should come from standard input, and that is the terminal.`, 'Pipe it in, or give a path.')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of io.stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > LARGEST)
      throw usage(`Standard input is larger than ${LARGEST / 1024 / 1024} MiB, too large for a ${what}.`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
