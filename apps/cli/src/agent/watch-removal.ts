import type { Hub } from '../hub/open.ts'
import type { Io } from '../io.ts'
import { pause } from '../pause.ts'

/** ms between looks; most removals are done before the first. */
const LOOK_EVERY = 1000

interface Leaving {
  cluster: string
  /** What was there before. */
  removes: readonly unknown[]
  byAgent: boolean
}

/** Says beside a spinner how far a removal is, until it is disposed. Only a terminal shows it, so nothing is asked for elsewhere. */
export function watchRemoval(io: Io, hub: Hub, leaving: Leaving, update: (text: string) => void): AsyncDisposable {
  const { cluster, removes } = leaving
  const stop = new AbortController()
  const signal = AbortSignal.any([io.signal, stop.signal])
  const follow = async () => {
    while (!signal.aborted) {
      await pause(LOOK_EVERY, signal)
      const left = (await hub.api.clusters.previewDisconnect({ cluster }, { signal })).removes.length
      update(removalText(leaving, left))
    }
  }
  // Only shown: what stands in its way, stands in the way of the disconnect too, which says so.
  const watched = io.stderr.isTTY && removes.length > 0 ? follow().catch(() => {}) : Promise.resolve()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await watched
    },
  }
}

/** `Disconnecting edge: its agent has removed 3 of 9 objects` */
export function removalText({ cluster, removes, byAgent }: Leaving, left: number): string {
  const gone = Math.max(0, removes.length - left)
  if (gone === 0)
    return `Disconnecting ${cluster}: ${byAgent ? 'its agent looks at what else is in its namespace' : 'the hub removes what it made'}`
  return `Disconnecting ${cluster}: ${byAgent ? 'its agent' : 'the hub'} has removed ${gone} of ${removes.length} objects`
}
