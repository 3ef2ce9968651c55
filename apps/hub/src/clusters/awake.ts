/** How often it is looked whether this process runs, in ms. */
const BEAT_MS = 1_000

/** A gap between two looks that is more than a busy moment, in ms. */
const PAUSE_MS = 3_000

/** Since when this process has been running without a pause: before that it could have heard nobody. */
export interface Awake extends Disposable {
  since(): Date
}

/**
 * Notices when the process, or its machine, stood still: what was not heard
 * meanwhile says nothing about those who were not heard. `clock` gives ms that
 * never go back, and go on while the process is stopped.
 */
export function watchAwake(now: () => Date, clock: () => number): Awake {
  let since = now()
  let beat = clock()
  const look = () => {
    const at = clock()
    if (at - beat > PAUSE_MS) since = now()
    beat = at
  }
  const timer = setInterval(look, BEAT_MS)
  timer.unref()
  return {
    since: () => {
      // Whoever was waiting wakes up before the timer does.
      look()
      return since
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
