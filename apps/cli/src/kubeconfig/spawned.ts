import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'

/** What a shell answers for a program that a signal ended, without the signal's own number. */
const BY_SIGNAL = 128

/** Runs a program on this terminal and resolves with its exit code. */
export async function runHere(
  io: Io,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  missing: string,
): Promise<number> {
  // Ctrl-C reaches it by the terminal; it decides itself whether to end.
  const child = spawn(program, args, { cwd: io.cwd, env: { ...io.env, ...env }, stdio: 'inherit' })
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code ?? BY_SIGNAL
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new CliError('program_missing', exitCodes.failed, `${program} was not found.`, { fix: missing })
  }
}
