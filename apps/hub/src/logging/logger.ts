import pino, { type Logger } from 'pino'
import { scrub } from './scrub.ts'
import { textLine } from './text-line.ts'

/** Names of fields that hold secrets, at the top of a line and one and two levels down. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  '"set-cookie"',
  'token',
  'password',
  'secret',
  'kubeconfig',
  'sealed',
  'key',
  'clientKeyData',
  '"client-key-data"',
  'databaseUrl',
]
const paths = SECRET_FIELDS.flatMap(name => {
  const member = name.startsWith('"') ? `[${name}]` : `.${name}`
  return [member.replace(/^\./, ''), `*${member}`, `*.*${member}`]
})

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
      redact: { paths, censor: '[redacted]' },
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
