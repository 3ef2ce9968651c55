import { StringDecoder } from 'node:string_decoder'
import { readablePart } from './readable-part.ts'
import type { Stream, StreamPiece } from './stream-piece.ts'
import { type TypedLines, typedLines } from './typed-lines.ts'

/** The head of an asciicast v2 file. */
export interface CastHead {
  version: 2
  width: number
  height: number
  /** Seconds since 1970. */
  timestamp: number
  command: string
  title: string
}

/** What a terminal measures until it says so itself. */
const WIDTH = 80
const HEIGHT = 24

/** Bytes of a resize or of a status that are put together; real ones are far smaller. */
const MAX_MESSAGE = 65_536

export interface Cast {
  /** The first line of the file. */
  head: string
  /** Lines of what passed, `seconds` after the start. */
  add(piece: StreamPiece, seconds: number): string
  /** A line that says something beside. */
  mark(text: string, seconds: number): string
  typed: TypedLines
  /** Bytes that are no text, and are not in it. */
  leftOut(): number
  /** Exit code of the command, as its member told at the end; null where it did not. */
  exitCode(): number | null
}

interface Size {
  Width?: unknown
  Height?: unknown
}

/** The exit code in the Status that ends a session. */
export function exitCodeOf(text: string): number | null {
  const status = parse(text) as {
    status?: string
    reason?: string
    details?: { causes?: { reason?: string; message?: string }[] }
  } | null
  if (status?.status === 'Success') return 0
  const code = Number(status?.details?.causes?.find?.(({ reason }) => reason === 'ExitCode')?.message)
  return Number.isInteger(code) ? code : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // Half of it, or none.
  }
}

/** Writes what passes as an asciicast v2 file, line by line. */
export function startCast(about: { startedAt: Date; command: readonly string[]; title: string; tty: boolean }): Cast {
  const decoders: Partial<Record<Stream, StringDecoder>> = {}
  const typed = typedLines()
  let resize = ''
  let error = ''
  let leftOut = 0
  const head: CastHead = {
    version: 2,
    width: WIDTH,
    height: HEIGHT,
    timestamp: Math.floor(about.startedAt.getTime() / 1000),
    command: about.command.join(' '),
    title: about.title,
  }
  const event = (seconds: number, kind: 'o' | 'i' | 'r' | 'm', data: string) =>
    `${JSON.stringify([Math.round(seconds * 1e6) / 1e6, kind, data])}\n`
  return {
    head: `${JSON.stringify(head)}\n`,
    typed,
    exitCode: () => exitCodeOf(error),
    leftOut: () => leftOut,
    mark: (text, seconds) => event(seconds, 'm', text),
    add({ stream, data }, seconds) {
      if (stream === 'error') {
        error = (error + data.toString('utf8')).slice(0, MAX_MESSAGE)
        return ''
      }
      if (stream === 'resize') {
        // One message may come in pieces, and pieces may hold several.
        resize = (resize + data.toString('latin1')).slice(-MAX_MESSAGE)
        let lines = ''
        for (let end = resize.indexOf('}'); end >= 0; end = resize.indexOf('}')) {
          const { Width, Height } = (parse(resize.slice(resize.indexOf('{'), end + 1)) ?? {}) as Size
          resize = resize.slice(end + 1)
          if (isSize(Width) && isSize(Height)) lines += event(seconds, 'r', `${Width}x${Height}`)
        }
        return lines
      }
      decoders[stream] ??= new StringDecoder('utf8')
      // A terminal shows everything that it is sent; a pipe may carry anything.
      const readable = about.tty ? null : readablePart(data)
      leftOut += readable?.leftOut ?? 0
      const text = readable?.text ?? decoders[stream].write(data)
      if (text === '') return ''
      if (about.tty) {
        if (stream === 'stdin') typed.input(text)
        else typed.output(text, seconds)
      } else if (stream === 'stdin' && readable === null) typed.piped(text, seconds)
      return event(seconds, stream === 'stdin' ? 'i' : 'o', text)
    },
  }
}

const isSize = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536
