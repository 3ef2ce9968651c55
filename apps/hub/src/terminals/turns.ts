/** How many of something may be at once: of one person, and in all. */
export interface Turns {
  /** A turn for somebody; what there is too much of where there is none. */
  take(whoId: string): Disposable | 'own' | 'all'
}

export function makeTurns({ own, all }: { own: number; all: number }): Turns {
  const taken = new Map<string, number>()
  let count = 0
  return {
    take(whoId) {
      const before = taken.get(whoId) ?? 0
      if (before >= own) return 'own'
      if (count >= all) return 'all'
      taken.set(whoId, before + 1)
      count += 1
      let over = false
      return {
        [Symbol.dispose]() {
          if (over) return
          over = true
          count -= 1
          const left = (taken.get(whoId) ?? 1) - 1
          if (left > 0) taken.set(whoId, left)
          else taken.delete(whoId)
        },
      }
    },
  }
}
