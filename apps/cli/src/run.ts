import { complete } from './commands/complete.ts'
import { exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { program } from './program.ts'
import { reportError, wantsJson } from './report-error.ts'

/** Runs one command line, without the program's own name, and returns the exit code. Never throws. */
export async function run(args: string[], io: Io): Promise<number> {
  try {
    const root = program(io)
    if (args[0] === '__complete') await complete(io, root, args.slice(1))
    else await root.parseAsync(args, { from: 'user' })
    return io.signal.aborted ? exitCodes.interrupted : exitCodes.ok
  } catch (error) {
    return reportError(io, error, wantsJson(args))
  }
}
