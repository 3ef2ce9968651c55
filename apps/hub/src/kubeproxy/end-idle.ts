import type { Duplex } from 'node:stream'

/** Calls `end` when nothing has passed either way for so long. */
export function endIdle(
  idleMs: number | undefined,
  ends: readonly Duplex[],
  end: (because: string) => void,
): Disposable {
  if (idleMs === undefined) return { [Symbol.dispose]() {} }
  let over = false
  const timer = setTimeout(() => {
    over = true
    end(`Nothing passed for ${Math.round(idleMs / 1000)} s.`)
  }, idleMs)
  timer.unref()
  const passed = () => {
    // A timer that has gone off would start again.
    if (!over) timer.refresh()
  }
  for (const each of ends) each.on('data', passed)
  return {
    [Symbol.dispose]() {
      over = true
      clearTimeout(timer)
    },
  }
}
