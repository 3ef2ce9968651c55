import { type ExitCode, exitCodes } from './exit-codes.ts'

/**
 * A failure that the command line finds itself, without the hub. It is printed
 * as a problem of the hub is: the sentence, then what would be right.
 */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly exitCode: ExitCode
  readonly fix: string | undefined
  readonly choices: string[] | undefined

  constructor(
    code: string,
    exitCode: ExitCode,
    message: string,
    extra: { fix?: string | undefined; choices?: string[] | undefined; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause })
    this.code = code
    this.exitCode = exitCode
    this.fix = extra.fix
    this.choices = extra.choices
  }
}

/** A flag or argument that can not be used. */
export const usage = (message: string, fix?: string) => new CliError('usage', exitCodes.usage, message, { fix })

/** The person said no, or there was nobody to ask. */
export const cancelled = (message = 'Cancelled; nothing was changed.', fix?: string) =>
  new CliError('cancelled', exitCodes.cancelled, message, { fix })

/** Ends the command with an exit code that is not its own to decide; everything was said already. */
export class Exit extends Error {
  override readonly name = 'Exit'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`The command ended with ${exitCode}.`)
    this.exitCode = exitCode
  }
}
