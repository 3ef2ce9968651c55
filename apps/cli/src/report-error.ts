import { type ErrorCode, errorTable } from '@moorage/contract/errors.ts'
import type { Problem } from '@moorage/contract/problem.ts'
import { CommanderError } from 'commander'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { CliError, Exit } from './failure.ts'
import type { Io } from './io.ts'
import { note } from './io.ts'
import { clean } from './print/clean.ts'
import { painter } from './print/colour.ts'
import { fold } from './print/wrap.ts'

/** What is said about an error, whether the hub found it or the command line itself. */
export interface Report {
  code: string
  detail: string
  fix?: string | undefined
  step?: string | undefined
  choices?: string[] | undefined
  fields?: { path: string; message: string }[] | undefined
}

/** Whether the person asked for JSON, as far as can be told from the command line alone. */
export function wantsJson(args: string[]): boolean {
  return args.some(
    (arg, i) =>
      ((arg === '-o' || arg === '--output') && args[i + 1] === 'json') || arg === '-ojson' || arg === '--output=json',
  )
}

/** Prints an error on standard error and returns the exit code that goes with it. */
export function reportError(io: Io, caught: unknown, json: boolean): number {
  if (caught instanceof CommanderError) return reportUsage(caught)
  if (caught instanceof Exit) return caught.exitCode
  const error = innermost(caught)
  if (io.signal.aborted && !isLeft(error)) return exitCodes.interrupted
  const problem = problemOf(error)
  const report: Report = problem ?? describe(error)
  if (json) note(io, JSON.stringify(problem ?? report, null, 2))
  else for (const line of lines(io, report)) note(io, fold(io.stderr, line))
  if (problem) return exitCodeOf(problem.code)
  return error instanceof CliError ? error.exitCode : exitCodeOfName(report.code)
}

/** What could not be taken back has to be said after Ctrl-C, too. */
const isLeft = (error: unknown) => error instanceof CliError && error.code === 'rollback_incomplete'

/** Errors of the packages below carry the codes of the hub's own problems. */
const exitCodeOfName = (code: string) => {
  if (code === 'hub_unreachable') return exitCodes.hubUnreachable
  if (code === 'config_invalid') return exitCodes.usage
  return Object.hasOwn(errorTable, code) ? exitCodeOf(code as ErrorCode) : exitCodes.failed
}

/** The problem document that an error of the client carries. */
export function problemOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('problem' in error)) return undefined
  const problem = error.problem as Partial<Problem> | null
  return typeof problem?.code === 'string' && typeof problem.detail === 'string' ? (problem as Problem) : undefined
}

/** The client wraps what its `fetch` throws; the sentence that says why is the inner one. */
const innermost = (error: unknown) => (error instanceof Error && error.cause instanceof CliError ? error.cause : error)

function describe(error: unknown): Report {
  if (!(error instanceof Error)) return { code: 'internal', detail: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'internal'
  const fix = 'fix' in error && typeof error.fix === 'string' ? error.fix : undefined
  const choices = 'choices' in error && Array.isArray(error.choices) ? error.choices.map(String) : undefined
  return { code, detail: error.message, ...(fix && { fix }), ...(choices && { choices }) }
}

function lines(io: Io, report: Report): string[] {
  const paint = painter(io.env, io.stderr)
  const step = report.step ? `${clean(report.step)}: ` : ''
  return [
    // A no is an answer, not an error.
    report.code === 'cancelled'
      ? report.detail
      : `${paint(['red', 'bold'], 'Error:')} ${step}${cleanLines(report.detail)}`,
    ...(report.fields ?? [])
      // The field may say again, after its own name, what the sentence says.
      .filter(({ message }) => !report.detail.includes(message) && !message.includes(report.detail))
      .map(({ path, message }) => `  ${clean(path)}: ${clean(message)}`),
    ...(report.choices ?? []).map(choice => `  - ${clean(choice)}`),
    ...(report.fix ? [cleanLines(report.fix)] : []),
  ]
}

const cleanLines = (text: string) => text.split('\n').map(clean).join('\n')

/** Commander has printed its sentence itself; help and version are no errors. */
function reportUsage(error: CommanderError): number {
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return exitCodes.ok
  if (error.code === 'commander.help' && error.exitCode === 0) return exitCodes.ok
  return exitCodes.usage
}
