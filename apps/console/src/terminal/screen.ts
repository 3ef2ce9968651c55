import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { ownStyles } from './own-styles.ts'

/** Lines that can be scrolled back to. */
const SCROLLBACK = 10_000
/** Bytes that wait to be drawn; what comes beyond is left out, or a program that never stops would fill the memory. */
const MOST_WAITING = 8 * 1024 * 1024

interface ScreenListener {
  type(bytes: Uint8Array): void
  resize(columns: number, rows: number): void
  /** The keys by which one gets out of it, as Tab belongs to the shell. */
  leave(): void
}

/** A terminal that is drawn. */
export interface Screen extends Disposable {
  readonly size: { columns: number; rows: number }
  write(output: Uint8Array | string): void
  clear(): void
  /** While nobody listens it takes no keys. */
  takeKeys(on: boolean): void
  /** What is selected, else all that there is. */
  text(): string
  /** Reads its colours anew. */
  recolour(): void
}

/** Draws a terminal into an element. */
export function openScreen(element: HTMLElement, listener: ScreenListener): Screen {
  const styles = ownStyles(document)
  const terminal = new Terminal({
    scrollback: SCROLLBACK,
    screenReaderMode: true,
    minimumContrastRatio: 4.5,
    cursorBlink: false,
    disableStdin: true,
    fontFamily: getComputedStyle(element).fontFamily,
    fontSize: 14,
    theme: coloursOf(element),
  })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  styles.during(() => terminal.open(element))
  fit.fit()
  const resized = new ResizeObserver(() => fit.fit())
  resized.observe(element)
  const encoder = new TextEncoder()
  terminal.onData(text => listener.type(encoder.encode(text)))
  terminal.onBinary(text => listener.type(Uint8Array.from(text, letter => letter.charCodeAt(0))))
  terminal.onResize(({ cols, rows }) => listener.resize(cols, rows))
  terminal.attachCustomKeyEventHandler(event => {
    if (!(event.ctrlKey && event.shiftKey && event.code === 'Space')) return true
    if (event.type === 'keydown') listener.leave()
    return false
  })

  let waiting = 0
  let leftOut = false
  return {
    get size() {
      return { columns: terminal.cols, rows: terminal.rows }
    },
    write(output) {
      if (waiting > MOST_WAITING) {
        leftOut = true
        return
      }
      if (leftOut)
        terminal.write('\r\n\u001b[7m Output came faster than it can be drawn: a part is left out. \u001b[0m\r\n')
      leftOut = false
      waiting += output.length
      terminal.write(output, () => {
        waiting -= output.length
      })
    },
    clear: () => terminal.reset(),
    takeKeys(on) {
      terminal.options.disableStdin = !on
      if (on) terminal.focus()
    },
    text() {
      if (terminal.hasSelection()) return terminal.getSelection()
      terminal.selectAll()
      const all = terminal.getSelection()
      terminal.clearSelection()
      return all.trimEnd()
    },
    recolour() {
      terminal.options.theme = coloursOf(element)
    },
    [Symbol.dispose]() {
      resized.disconnect()
      terminal.dispose()
      styles[Symbol.dispose]()
    },
  }
}

/** The page's own colours; those that programs choose are kept legible on them by `minimumContrastRatio`. */
function coloursOf(element: HTMLElement) {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const foreground = colour('--terminal-text')
  const background = colour('--terminal-ground')
  return {
    foreground,
    background,
    cursor: foreground,
    cursorAccent: background,
    selectionBackground: colour('--terminal-selection'),
  }
}
