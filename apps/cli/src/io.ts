import type { Readable, Writable } from 'node:stream'

/** Where output goes, and what it can show there. */
export interface Screen extends Writable {
  isTTY?: boolean
  columns?: number
  rows?: number
}

/** Everything that a command touches outside itself, so that tests can stand in for it. */
export interface Io {
  env: Record<string, string | undefined>
  stdin: Readable & { isTTY?: boolean }
  stdout: Screen
  stderr: Screen
  /** Aborted by Ctrl-C and by SIGTERM. */
  signal: AbortSignal
  now(): Date
  cwd: string
  home: string
}

/** Writes a line to standard output. */
export const say = (io: Io, text: string) => void io.stdout.write(`${text}\n`)

/** Writes a line to standard error: for people, never part of the result. */
export const note = (io: Io, text: string) => void io.stderr.write(`${text}\n`)

/** Whether questions can be asked: someone reads the questions and someone types the answers. */
export const canAsk = (io: Io) => io.stdin.isTTY === true && io.stderr.isTTY === true
