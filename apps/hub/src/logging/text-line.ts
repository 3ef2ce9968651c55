import pino from 'pino'

/** Fields that every line has and people need not read. */
const HIDDEN = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err'])

/** A JSON line of the log as one that people read on a terminal. */
export function textLine(json: string): string {
  const fields = JSON.parse(json) as Record<string, unknown> & { err?: { message?: string; stack?: string } }
  const level = (pino.levels.labels[Number(fields.level)] ?? '').toUpperCase().padEnd(5)
  const time = String(fields.time).slice(11, 19)
  const rest = Object.entries(fields)
    .filter(([name]) => !HIDDEN.has(name))
    .map(
      ([name, value]) => ` ${name}=${typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)}`,
    )
  const error = fields.err ? ` (${fields.err.message ?? ''})` : ''
  return `${time} ${level} ${String(fields.msg ?? '')}${error}${rest.join('')}\n`
}
