/** Lets a few in at the same time, and some wait. */
export interface Gate {
  /** Runs `work` when its turn has come; null where too many wait already. */
  pass<T>(work: () => Promise<T>): Promise<T> | null
  /** How many wait. */
  readonly waiting: number
}

export function gateOf(atOnce: number, mayWait: number): Gate {
  let inside = 0
  const waiting: (() => void)[] = []
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else inside -= 1
  }
  return {
    get waiting() {
      return waiting.length
    },
    pass: work => {
      if (inside < atOnce) {
        inside += 1
        return run(work, leave)
      }
      if (waiting.length >= mayWait) return null
      return new Promise<void>(resolve => waiting.push(resolve)).then(() => run(work, leave))
    },
  }
}

async function run<T>(work: () => Promise<T>, leave: () => void): Promise<T> {
  try {
    return await work()
  } finally {
    leave()
  }
}
