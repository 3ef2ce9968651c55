import type { Readable } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { Batch } from '@moorage/projector/batch.ts'
import { reportedKinds, runProjector } from '@moorage/projector/project.ts'
import { QUIET_MS } from '../limits.ts'
import { type Log, wordsOf } from '../log.ts'
import { lineStream } from './line-stream.ts'

export interface InventoryDeps {
  transport: KubeTransport
  log: Log
}

/** Reads the cluster for the hub. There is one pull at a time: a newer one ends the older. */
export interface Inventory {
  /** Batches as lines of JSON, until the signal aborts. */
  pull(asked: Record<string, unknown>, signal: AbortSignal): Readable
  /** Ends the pull that runs: the hub goes on with another process of this agent. */
  end(): void
}

/** Resume points as the hub sends them: a resourceVersion by kind. */
function resumePoints(value: unknown): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map()
  const points = Object.entries(value).filter(
    ([, version]) => typeof version === 'string' && /^\d{1,32}$/.test(version),
  )
  return new Map(points as [string, string][])
}

export function openInventory({ transport, log }: InventoryDeps): Inventory {
  let current = new AbortController()

  async function read(resume: Map<string, string>, signal: AbortSignal, stream: ReturnType<typeof lineStream>) {
    let quietSince = performance.now()
    const beats = setInterval(() => {
      if (performance.now() - quietSince >= QUIET_MS) stream.beat()
    }, QUIET_MS)
    const sink = async (batch: Batch) => {
      await stream.write(batch)
      quietSince = performance.now()
    }
    try {
      // A newer hub keeps kinds that this version does not read, and has to know.
      await stream.write({ type: 'kinds', kinds: reportedKinds })
      await runProjector({ transport, sink, resume, signal })
      if (!signal.aborted) await stream.write({ type: 'error', message: 'The agent stopped reading the cluster.' })
    } catch (error) {
      log.warn('reading the cluster failed', { because: wordsOf(error) })
      await stream.write({ type: 'error', message: wordsOf(error) }).catch(() => {})
    } finally {
      clearInterval(beats)
      stream.end()
    }
  }

  return {
    end: () => current.abort(new Error('The agent stops.')),
    pull(asked, signal) {
      current.abort(new Error('The hub has begun another inventory.'))
      current = new AbortController()
      const mine = current
      const stream = lineStream()
      const stop = () => mine.abort(new Error('The hub has gone away.'))
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      stream.readable.once('close', () => {
        signal.removeEventListener('abort', stop)
        stop()
      })
      const resume = resumePoints(asked.resume)
      log.info('inventory begins', { resumed: resume.size })
      void read(resume, mine.signal, stream)
      return stream.readable
    },
  }
}
