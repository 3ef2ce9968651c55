import pino, { type Logger } from 'pino'
import { REDACTED, SECRET_FIELDS, withoutSecrets } from './redact.ts'
import { scrub } from './scrub.ts'
import { textLine } from './text-line.ts'

/** As pino spells them. */
const paths = SECRET_FIELDS.map(name => (name.includes('-') ? `["${name}"]` : name))

export interface LogOptions {
  level: 'debug' | 'info' | 'warn' | 'error'
  format: 'json' | 'text'
  write: (line: string) => void
}

/** The hub's log: a fact once, as JSON with ids, on one line. */
export function makeLogger({ level, format, write }: LogOptions): Logger {
  const destination = {
    write: (line: string) => {
      const clean = scrub(line)
      write(format === 'text' ? textLine(clean) : clean)
    },
  }
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // At the top of a line, and of a child's; with patterns for what is deeper it would be half the cost of a line.
      redact: { paths, censor: REDACTED },
      formatters: { log: withoutSecrets },
      serializers: { err: describeError },
    },
    destination,
  )
}

/** Of an error only what explains it: other members may hold requests, rows or parameters. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const { name, message, stack } = error
  const code = 'code' in error ? String(error.code) : undefined
  const cause = error.cause === undefined ? undefined : describeError(error.cause)
  return { type: name, code, message, stack, cause }
}
