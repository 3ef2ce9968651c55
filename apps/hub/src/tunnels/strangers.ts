import type { AgentProcess, Ending } from './agent-process.ts'
import { KEYS_EVERY_MS } from './limits.ts'

/** The key that each of these clusters' agent has now; a cluster that has none is not among them. */
export type KeysNow = (clusterIds: readonly string[]) => Promise<ReadonlyMap<string, string>>

const stranger: Ending = { reason: 'KeyNoLongerKnown', message: 'Its key is no longer the one of the cluster’s agent.' }

/**
 * Ends agents whose key is no longer their cluster's, again and again: whoever
 * takes a key away cuts its tunnels too, but a dial may be under way just then,
 * and what replicas tell each other may be lost.
 */
export function startStrangerWatch(
  held: () => readonly AgentProcess[],
  keysNow: KeysNow,
  warn: (message: string, error: unknown) => void,
): AsyncDisposable {
  const look = async () => {
    const looked = held()
    if (looked.length === 0) return
    const keys = await keysNow([...new Set(looked.map(({ who }) => who.clusterId))])
    const gone = looked.filter(({ who, keyId }) => keys.get(who.clusterId) !== keyId)
    await Promise.all(gone.map(one => one.end(stranger)))
  }
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= look()
      .catch(error => warn('It could not be looked up whose keys are known still.', error))
      .finally(() => {
        looking = null
      })
  }, KEYS_EVERY_MS)
  timer.unref()
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking
    },
  }
}
