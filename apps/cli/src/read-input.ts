import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { exitCodes } from './exit-codes.ts'
import { CliError, usage } from './failure.ts'
import type { Io } from './io.ts'

/** Bytes; more than any kubeconfig or token has, so that a wrong file is not read into memory. */
const LARGEST = 4 * 1024 * 1024

/** The text of a file, or of standard input where the path is `-`. */
export async function readInput(io: Io, path: string, what: string): Promise<string> {
  if (path === '-' && io.stdin.isTTY)
    throw usage(`The ${what} should come from standard input, and that is the terminal.`, 'Pipe it in, or give a path.')
  if (path === '-') return readAll(io.stdin, 'Standard input', what)
  try {
    // A stream, as a pipe or a device has no size that could be asked for.
    return await readAll(createReadStream(resolve(io.cwd, path), { signal: io.signal }), path, what)
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError('file_unreadable', exitCodes.usage, unreadable(cause as NodeJS.ErrnoException, path, what), {
      fix: 'Give the path of a file, or - for standard input.',
      cause,
    })
  }
}

function unreadable({ code, message }: NodeJS.ErrnoException, path: string, what: string): string {
  if (code === 'ENOENT') return `There is no ${what} at ${path}.`
  if (code === 'EISDIR') return `${path} is a folder, and the ${what} should be a file.`
  return `The ${what} ${path} could not be read: ${message}.`
}

async function readAll(stream: AsyncIterable<unknown>, from: string, what: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array | string as string)
    size += bytes.length
    if (size > LARGEST) throw usage(`${from} is larger than ${LARGEST / 1024 / 1024} MiB, too large for a ${what}.`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
