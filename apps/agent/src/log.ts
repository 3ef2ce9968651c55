export type Level = 'debug' | 'info' | 'warn' | 'error'

/** Writes one JSON line per fact. What is secret is never among the facts. */
export interface Log {
  debug(message: string, facts?: object): void
  info(message: string, facts?: object): void
  warn(message: string, facts?: object): void
  error(message: string, facts?: object): void
}

export function lineLog(write: (line: string) => void, now: () => Date, least: Level = 'info'): Log {
  const order: Level[] = ['debug', 'info', 'warn', 'error']
  const at =
    (level: Level) =>
    (msg: string, facts: object = {}) => {
      if (order.indexOf(level) < order.indexOf(least)) return
      write(`${JSON.stringify({ time: now().toISOString(), level, msg, ...facts })}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The words of an error, for a log or the hub. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
