import type { Io } from '../io.ts'
import { painter } from '../print/colour.ts'
import { live } from './live.ts'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
/** ms between frames; ten a second looks smooth and costs nothing. */
const FRAME_EVERY = 100
/** ms; what is done sooner shows no spinner, so that quick answers do not flicker. */
const SHOW_AFTER = 400

/** What `work` can say while it runs. */
export interface Spinner {
  /** Changes what stands beside the spinner. */
  update(text: string): void
  /** Prints lines that stay, above the spinner. */
  above(write: () => void): void
}

/** Runs `work`, with a spinner and the seconds it has taken while a person waits for it. */
export async function spin<T>(io: Io, text: string, work: (spinner: Spinner) => Promise<T>): Promise<T> {
  let shown = text
  const update = (next: string) => {
    shown = next
  }
  if (!io.stderr.isTTY) return work({ update, above: write => write() })
  const paint = painter(io.env, io.stderr)
  const line = live(io.stderr)
  const started = performance.now()
  let frame = 0
  const timer = setInterval(() => {
    const ms = performance.now() - started
    if (ms < SHOW_AFTER) return
    frame = (frame + 1) % FRAMES.length
    line.draw([`${paint('cyan', FRAMES[frame] ?? '')} ${shown} ${paint('dim', `${Math.floor(ms / 1000)}s`)}`])
  }, FRAME_EVERY)
  try {
    return await work({ update, above: line.above })
  } finally {
    clearInterval(timer)
    line.end()
  }
}
