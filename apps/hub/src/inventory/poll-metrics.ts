import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { readNodeMetrics } from '@moorage/projector/metrics.ts'
import { updateSync } from '../store/inventory-sync.ts'
import { recordReadings } from '../store/samples.ts'
import { ClusterGoneError } from './cluster-gone.ts'
import type { QueryDeps } from './deps.ts'
import { METRICS_DEADLINE_MS, METRICS_EVERY_MS, METRICS_KIND, METRICS_RETRY_MS } from './limits.ts'

export interface PollDeps extends QueryDeps {
  /** Is told after each reading that was stored. */
  read: () => void
  warn: (message: string, error: unknown) => void
}

/** Reads what nodes use every 15 s until the signal aborts or the cluster is forgotten; where there are no metrics, it looks for them each minute. */
export async function pollMetrics(deps: PollDeps, clusterId: string, transport: KubeTransport, signal: AbortSignal) {
  while (!signal.aborted) {
    const started = performance.now()
    let everyMs = METRICS_EVERY_MS
    try {
      everyMs = await readOnce(deps, clusterId, transport, signal)
    } catch (error) {
      if (signal.aborted || error instanceof ClusterGoneError) return
      deps.warn('Metrics could not be stored.', error)
    }
    const waitMs = Math.max(0, everyMs - (performance.now() - started))
    await sleep(waitMs, undefined, { signal }).catch(() => {})
  }
}

/** One reading. Answers how long to wait from its start to the next, in ms. */
async function readOnce(
  { store: { db }, now, read }: PollDeps,
  clusterId: string,
  transport: KubeTransport,
  signal: AbortSignal,
): Promise<number> {
  const say = (state: 'watching' | 'absent' | 'forbidden' | 'failed', message: string | null, syncedAt?: Date) =>
    updateSync(db, clusterId, METRICS_KIND, { state, message, ...(syncedAt === undefined ? {} : { syncedAt }) })
  const within = AbortSignal.any([signal, AbortSignal.timeout(METRICS_DEADLINE_MS)])
  let reading: Awaited<ReturnType<typeof readNodeMetrics>>
  try {
    reading = await readNodeMetrics(transport, within)
  } catch (error) {
    if (!signal.aborted) await say('failed', error instanceof Error ? error.message : String(error))
    return METRICS_EVERY_MS
  }
  if (!reading.available) {
    await say(reading.why === 'not-ready' ? 'failed' : reading.why, reading.reason)
    return reading.why === 'not-ready' ? METRICS_EVERY_MS : METRICS_RETRY_MS
  }
  const at = now()
  if (!(await recordReadings(db, clusterId, at, reading.nodes))) throw new ClusterGoneError(clusterId)
  await say('watching', null, at)
  read()
  return METRICS_EVERY_MS
}
