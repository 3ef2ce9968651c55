import { eventually } from '@moorage/testkit/eventually.ts'
import type { Batch, ResumePoints } from '../src/batch.ts'
import { runProjector } from '../src/project.ts'
import type { FakeCluster } from './fake-cluster.ts'

export interface Projecting extends AsyncDisposable {
  batches: Batch[]
  /** Batches of one kind as short words. */
  of(kind: string): string[]
  until(what: () => boolean): Promise<void>
}

export interface ProjectingOptions {
  resume?: ResumePoints
  retryRefusedMs?: number
  /** Called before a batch is kept; may throw, as a database does. */
  store?: (batch: Batch) => void
}

const kindOf = (batch: Batch) => (batch.type === 'events' ? 'Event' : batch.kind)

/** Runs the projector against a fake cluster, and keeps its batches. */
export function projecting(cluster: FakeCluster, options: ProjectingOptions = {}): Projecting {
  const stop = new AbortController()
  const batches: Batch[] = []
  const running = runProjector({
    transport: cluster.transport,
    resume: options.resume ?? new Map(),
    signal: stop.signal,
    retryRefusedMs: options.retryRefusedMs ?? 60_000,
    sink: async batch => {
      options.store?.(batch)
      batches.push(batch)
    },
  })
  return {
    batches,
    of: kind =>
      batches
        .filter(batch => kindOf(batch) === kind)
        .map(batch => (batch.type === 'state' ? `state ${batch.state}` : batch.type)),
    until: what =>
      eventually(
        () => {
          if (!what()) throw new Error(`It has not come to it; the last batches: ${JSON.stringify(batches.slice(-5))}`)
        },
        { within: 5_000 },
      ),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
