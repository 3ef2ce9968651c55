import type { Io } from '../io.ts'
import { cut } from '../print/table.ts'

/** A few lines at the end of the terminal that are drawn again in place. */
export interface Live {
  /** Replaces what is shown. Does nothing where nobody looks (no terminal). */
  draw(lines: string[]): void
  /** Takes the lines off for `write` to print something that stays; the next drawing comes below it. */
  above(write: () => void): void
  /** Takes the lines off, or leaves the last ones standing. */
  end(leave?: boolean): void
}

const UP_AND_CLEAR = '\x1b[1A\x1b[2K'
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'

/** Lines on `screen` that can be drawn again and again. */
export function live(screen: Io['stderr']): Live {
  let shown = 0
  let hidden = false
  const erase = () => UP_AND_CLEAR.repeat(shown)
  return {
    draw(lines) {
      if (!screen.isTTY) return
      // A line that wraps, or one that has scrolled away, could not be taken back.
      const fitting = lines.slice(-Math.max(1, (screen.rows ?? 24) - 1)).map(line => fit(line, screen.columns ?? 80))
      screen.write(`${hidden ? '' : HIDE_CURSOR}${erase()}${fitting.map(line => `${line}\n`).join('')}`)
      shown = fitting.length
      hidden = true
    },
    above(write) {
      if (shown > 0) screen.write(erase())
      shown = 0
      write()
    },
    end(leave = false) {
      if (hidden) screen.write(`${leave ? '' : erase()}${SHOW_CURSOR}`)
      shown = 0
      hidden = false
    },
  }
}

/** A line that is too wide loses its colours with its end. */
function fit(line: string, columns: number): string {
  const plain = line.replace(/\x1b\[[0-9;]*m/g, '')
  const short = cut(plain, columns - 1)
  return short === plain ? line : short
}
