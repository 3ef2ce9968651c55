import { touchClusters } from '../store/clusters.ts'
import type { Store } from '../store/store.ts'
import { LAST_SEEN_EVERY_MS } from './limits.ts'

/** When clusters answered last, on its way to the store. */
export interface LastSeen extends AsyncDisposable {
  note(clusterId: string, at: Date): void
}

/** Writes them together: most looks at a cluster find nothing else that is new. */
export function keepLastSeen(deps: {
  store: Pick<Store, 'db'>
  warn: (message: string, error: unknown) => void
}): LastSeen {
  let seen = new Map<string, Date>()
  let writing = Promise.resolve()
  const write = async () => {
    const batch = seen
    seen = new Map()
    await touchClusters(deps.store.db, batch).catch(error => {
      deps.warn('It could not be noted when clusters answered last.', error)
    })
  }
  const flush = () => {
    writing = writing.then(write)
    return writing
  }
  const timer = setInterval(() => void flush(), LAST_SEEN_EVERY_MS)
  timer.unref()
  return {
    note: (clusterId, at) => seen.set(clusterId, at),
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await flush()
    },
  }
}
