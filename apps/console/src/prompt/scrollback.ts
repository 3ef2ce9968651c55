import type { PromptMessage } from '@moorage/contract/terminal.ts'

/** How a line ended. */
export type RunEnd =
  | { kind: 'exited'; code: number | null; reason: string | null }
  | { kind: 'refused'; message: string }
  | { kind: 'lost' }

/** A line that was run, and what came of it. */
export interface Run {
  readonly id: string
  readonly line: string
  readonly parts: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[]
  /** null while it runs. */
  readonly end: RunEnd | null
  /** The beginning of its output was let go of. */
  readonly shortened: boolean
}

/** What the prompt shows, oldest first. */
export type Scrollback = readonly Run[]

/** Characters that are kept in all: what a page draws without a delay. */
export const MOST_CHARS = 500_000
/** Lines that were run that are kept. */
const MOST_RUNS = 200

/** The line that runs now; null where none does. */
export const running = (scrollback: Scrollback): Run | null => scrollback.find(({ end }) => end === null) ?? null

/** What was written by a line. */
export const textOf = ({ parts }: Run): string => parts.map(({ text }) => text).join('')

export const begin = (scrollback: Scrollback, id: string, line: string): Scrollback =>
  [...scrollback, { id, line, parts: [], end: null, shortened: false }].slice(-MOST_RUNS)

/** After a message of the hub. What belongs to no line that is shown changes nothing. */
export function hear(scrollback: Scrollback, message: PromptMessage): Scrollback {
  const changed = scrollback.map(run => (run.id === message.id && run.end === null ? after(run, message) : run))
  return message.type === 'output' ? bounded(changed) : changed
}

/** The connection is gone: whatever ran is out of sight. */
export const lose = (scrollback: Scrollback): Scrollback =>
  scrollback.map(run => (run.end === null ? { ...run, end: { kind: 'lost' } } : run))

function after(run: Run, message: PromptMessage): Run {
  switch (message.type) {
    case 'output': {
      const { stream, text } = message
      const last = run.parts.at(-1)
      if (last?.stream !== stream) return { ...run, parts: [...run.parts, { stream, text }] }
      return { ...run, parts: [...run.parts.slice(0, -1), { stream, text: last.text + text }] }
    }
    case 'exit':
      return { ...run, end: { kind: 'exited', code: message.code, reason: message.reason ?? null } }
    case 'refused':
      return { ...run, end: { kind: 'refused', message: message.message } }
    default:
      return message satisfies never
  }
}

const charsOf = (run: Run): number => run.parts.reduce((sum, { text }) => sum + text.length, 0)

/** Lets go of the oldest lines, and of the beginning of the newest where that alone is too much. */
function bounded(scrollback: Scrollback): Scrollback {
  let left = MOST_CHARS
  const kept: Run[] = []
  for (const run of scrollback.toReversed()) {
    const chars = charsOf(run)
    if (chars > left) {
      if (kept.length === 0) kept.unshift(shortened(run, left))
      break
    }
    left -= chars
    kept.unshift(run)
  }
  return kept
}

function shortened(run: Run, chars: number): Run {
  let left = chars
  const parts: { stream: 'stdout' | 'stderr'; text: string }[] = []
  for (const { stream, text } of run.parts.toReversed()) {
    if (left === 0) break
    const end = text.slice(-left)
    left -= end.length
    parts.unshift({ stream, text: end })
  }
  return { ...run, parts, shortened: true }
}
