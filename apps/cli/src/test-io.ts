import { Readable, Writable } from 'node:stream'
import type { Io, Screen } from './io.ts'
import { run } from './run.ts'

interface Options {
  env?: Record<string, string>
  input?: string
  cwd?: string
  home?: string
  signal?: AbortSignal
  now?: () => Date
  /** Columns of the terminal that the output goes to; without it, the output is no terminal. */
  columns?: number
}

/** An Io whose output is kept, for tests. */
export function testIo(options: Options = {}) {
  const out: string[] = []
  const err: string[] = []
  const io: Io = {
    env: options.env ?? {},
    stdin: Readable.from(options.input === undefined ? [] : [options.input]),
    stdout: screen(out, options.columns),
    stderr: screen(err, options.columns),
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => new Date()),
    cwd: options.cwd ?? '/nowhere',
    home: options.home ?? '/nowhere',
  }
  return { io, out: () => out.join(''), err: () => err.join('') }
}

/** Runs a command line in this process and resolves with what came of it. */
export async function runCli(args: string[], options: Options = {}) {
  const { io, out, err } = testIo(options)
  const code = await run(args, io)
  return { code, out: out(), err: err() }
}

function screen(kept: string[], columns: number | undefined): Screen {
  const stream: Screen = new Writable({
    write(chunk, _encoding, done) {
      kept.push(String(chunk))
      done()
    },
  })
  if (columns !== undefined) Object.assign(stream, { isTTY: true, columns, rows: 40 })
  return stream
}
