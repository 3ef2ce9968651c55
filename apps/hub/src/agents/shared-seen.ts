import type { Store } from '../store/store.ts'
import { sweepUsedAssertions, type UsedAssertion, useAssertions } from '../store/used-assertions.ts'
import { type SeenAssertions, seenAssertions } from './seen.ts'

/** Ids in one statement: thousands of agents may come back at once. */
const AT_ONCE = 500

/** Between two sweeps of what has run out, in ms. */
const SWEEP_EVERY_MS = 60_000

type Waiting = UsedAssertion & PromiseWithResolvers<'fresh' | 'again'>

/**
 * Remembers ids for all replicas on one database: each is good at one of them. What this replica has seen itself
 * asks nobody, and its bounds are those of the table too. Where the database does not answer, none is taken.
 */
export function sharedAssertions({ db }: Pick<Store, 'db'>, own = seenAssertions()): SeenAssertions {
  const waiting: Waiting[] = []
  let writing = false
  let sweptAt = Number.NEGATIVE_INFINITY

  async function sweep(): Promise<void> {
    if (performance.now() - sweptAt < SWEEP_EVERY_MS) return
    sweptAt = performance.now()
    await sweepUsedAssertions(db).catch(() => {}) // The next sweep takes these too.
  }

  /** All that came while the database was asked for those before go into one statement. */
  async function write(): Promise<void> {
    writing = true
    while (waiting.length > 0) {
      const some = waiting.splice(0, AT_ONCE)
      try {
        const fresh = await useAssertions(db, some)
        for (const [index, one] of some.entries()) one.resolve(fresh.has(index) ? 'fresh' : 'again')
      } catch (error) {
        for (const one of some) one.reject(error)
      }
      await sweep()
    }
    writing = false
  }

  return {
    use(keyId, id, validUntil, now) {
      const here = own.use(keyId, id, validUntil, now)
      if (here !== 'fresh') return here
      const validMs = validUntil.getTime() - now.getTime()
      const one = { keyId, id, validMs, ...Promise.withResolvers<'fresh' | 'again'>() }
      waiting.push(one)
      if (!writing) void write()
      return one.promise
    },
  }
}
