/** Follows requests that are under way, so that a right that is taken back ends them. */
export interface Standing extends Disposable {
  /** Calls `cut` once, when `allowed` says no any more. Dispose of what it returns when the request is over. */
  hold(allowed: () => Promise<boolean>, cut: () => void): Disposable
  /** Looks now, as rights have changed. */
  recheck(): void
}

/**
 * Looks at all of them whenever it is told to, and every so often: bindings end
 * by themselves, and clusters change labels, projects and mode. Where a look
 * fails, nobody can have changed anything either, so they go on.
 */
export function standing(everyMs: number): Standing {
  const held = new Map<object, { allowed: () => Promise<boolean>; cut: () => void }>()
  const recheck = () => {
    for (const [key, { allowed, cut }] of held) {
      allowed().then(
        still => {
          if (!still && held.delete(key)) cut()
        },
        () => {},
      )
    }
  }
  const timer = setInterval(recheck, everyMs)
  timer.unref()
  return {
    hold(allowed, cut) {
      const key = {}
      held.set(key, { allowed, cut })
      return { [Symbol.dispose]: () => void held.delete(key) }
    },
    recheck,
    [Symbol.dispose]() {
      clearInterval(timer)
      held.clear()
    },
  }
}
