/** Columns of the line that is being typed; what is beyond is not kept. */
const MAX_COLUMNS = 1_000
/** UTF-16 units that are held of a line that is piped in: a letter has two at most. */
const MAX_PIPED = 2 * MAX_COLUMNS
/** Lines of one recording that can be searched. */
const MAX_LINES = 2_000

/** A line that somebody sent off, as it stood on their screen. */
export interface TypedLine {
  /** Seconds since the start. */
  at: number
  line: string
}

export interface TypedLines {
  readonly lines: readonly TypedLine[]
  input(text: string): void
  output(text: string, at: number): void
  /** What a session without a terminal is sent: each line of it is one that was sent off. */
  piped(text: string, at: number): void
  /** The session is over: a last line without a line break counts as well. */
  finish(at: number): void
}

/** The parts of a terminal’s output: plain characters, controls, and the sequences that move within a line. */
const TOKENS =
  /\x1b\[([0-9;?<=>]*)([ -/]*)([@-~])|\x1b[\]PX^_][\s\S]*?(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g

/** What a sequence does to the line that the cursor is in. */
function move(line: string[], at: number, count: string, final: string): number {
  const n = Math.max(1, Number.parseInt(count, 10) || 1)
  switch (final) {
    case 'C':
      return Math.min(MAX_COLUMNS, at + n)
    case 'D':
      return Math.max(0, at - n)
    case 'G':
      return Math.min(MAX_COLUMNS, n - 1)
    case 'P':
      line.splice(at, n)
      return at
    case '@':
      line.splice(at, 0, ...Array<string>(Math.min(n, MAX_COLUMNS)).fill(' '))
      return at
    case 'K':
      if (count === '' || count === '0') line.length = Math.min(line.length, at)
      else if (count === '2') line.length = 0
      return at
    default:
      return at
  }
}

/**
 * The lines that somebody typed in a terminal, as its echo showed them when they
 * were sent off: with what the shell completed, and without what was not shown,
 * such as passwords. A simple picture of one line: what full-screen programs
 * draw is not understood, and a line that wraps is what was written since the
 * last line feed.
 */
export function typedLines(): TypedLines {
  const lines: TypedLine[] = []
  let line: string[] = []
  let at = 0
  /** Returns that were sent and whose line feed has not come back. */
  let sent = 0
  let unfinished = ''
  const sendOff = (seconds: number) => {
    const text = line.join('').trim()
    if (sent > 0 && text !== '' && lines.length < MAX_LINES) lines.push({ at: seconds, line: text })
    sent = Math.max(0, sent - 1)
    line = []
    at = 0
  }
  /** Of what is piped in: the line that has no end yet. */
  let open = ''
  const keepPiped = (text: string, seconds: number) => {
    const plain = [...text.replace(/[\x00-\x1f\x7f]/g, '').trim()].slice(0, MAX_COLUMNS).join('')
    if (plain !== '' && lines.length < MAX_LINES) lines.push({ at: seconds, line: plain })
  }
  const put = (text: string) => {
    for (const letter of text) {
      if (at >= MAX_COLUMNS) return
      while (line.length < at) line.push(' ')
      line[at] = letter
      at += 1
    }
  }
  return {
    lines,
    input(text) {
      for (const letter of text) if (letter === '\r' || letter === '\n') sent = Math.min(sent + 1, MAX_LINES)
    },
    output(text, seconds) {
      const all = unfinished + text
      // A sequence may be cut in two between pieces.
      const cut = all.lastIndexOf('\x1b')
      const whole =
        cut < 0 || all.length - cut > 64 || /^\x1b(?:\[[0-9;?<=>]*[ -/]*[@-~]|[^[\]PX^_])/.test(all.slice(cut))
      unfinished = whole ? '' : all.slice(cut)
      for (const [token, count = '', , final] of (whole ? all : all.slice(0, cut)).matchAll(TOKENS)) {
        if (final !== undefined) at = move(line, at, count, final)
        else if (token === '\n') sendOff(seconds)
        else if (token === '\r') at = 0
        else if (token === '\b') at = Math.max(0, at - 1)
        else if (token >= ' ' && !token.startsWith('\x7f')) put(token)
      }
    },
    piped(text, seconds) {
      if (lines.length >= MAX_LINES) return
      const [first = '', ...more] = text.split('\n')
      open = (open + first).slice(0, MAX_PIPED)
      for (const next of more) {
        keepPiped(open, seconds)
        open = next.slice(0, MAX_PIPED)
      }
    },
    finish(seconds) {
      keepPiped(open, seconds)
      open = ''
    },
  }
}
