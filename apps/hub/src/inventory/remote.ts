import { setTimeout as sleep } from 'node:timers/promises'
import { fullJitter } from '@moorage/kube/back-off.ts'
import type { Batch, ResumePoints, Sink } from '@moorage/projector/batch.ts'
import { ClusterGoneError } from './cluster-gone.ts'
import { PULL_BACK_OFF, PULL_PROVEN_MS, STORED_AT_ONCE } from './limits.ts'
import { readBatch, unreadKinds } from './remote-batch.ts'
import type { InventorySource } from './source.ts'

export interface RemoteDeps {
  /** Asks the cluster's agent for its batches from these points on. Throws when the stream breaks off. */
  pull: (resume: ResumePoints, signal: AbortSignal) => AsyncIterable<unknown>
  /** 0 ≤ x < 1. */
  random: () => number
  debug: (message: string, error: unknown) => void
  /** Milliseconds that never go back. */
  clock: () => number
}

/** Where each kind's watch may resume, kept in step with what was stored. */
export function follow(points: Map<string, string>, batch: Batch): void {
  if (batch.type === 'list-start') points.delete(batch.kind)
  else if (batch.type === 'list-end' || batch.type === 'delta') points.set(batch.kind, batch.resourceVersion)
  else if (batch.type === 'events' && batch.resourceVersion !== null) points.set('Event', batch.resourceVersion)
}

const TOO_OLD_FOR_IT = 'The agent is older than the hub and does not read this kind: moorage agent upgrade.'

const kindOf = (batch: Batch) => (batch.type === 'events' ? 'Event' : batch.kind)

/** Stores batches of one kind one after the other and of several kinds beside each other, within a bound. */
function storing(sink: Sink) {
  const byKind = new Map<string, Promise<void>>()
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | null = null
  const settle = async () => {
    await Promise.all(running)
    if (failure !== null) throw failure.error
  }
  return {
    settle,
    /** Resolves when there is room for the next. Rejects with what any of them failed with. */
    async store(batch: Batch): Promise<void> {
      const kind = kindOf(batch)
      const before = byKind.get(kind) ?? Promise.resolve()
      const stored: Promise<void> = before
        // After a failure nothing more is stored: what follows belongs to what is missing.
        .then(() => (failure === null ? sink(batch) : undefined))
        .catch(error => {
          failure ??= { error }
        })
        .finally(() => {
          running.delete(stored)
          if (byKind.get(kind) === stored) byKind.delete(kind)
        })
      byKind.set(kind, stored)
      running.add(stored)
      if (running.size >= STORED_AT_ONCE) await Promise.race(running)
      if (failure !== null) throw failure.error
    },
  }
}

/**
 * The agent reads the cluster, beside its API server, and the hub pulls what it
 * finds. A pull that breaks off is begun anew where the stored rows end, so the
 * watches go on and nothing is listed twice.
 */
export function remoteSource({ pull, random, debug, clock }: RemoteDeps): InventorySource {
  return async (sink, resume, signal) => {
    const points = new Map(resume)
    let attempt = 0
    while (!signal.aborted) {
      const began = clock()
      const { store, settle } = storing(async batch => {
        await sink(batch)
        follow(points, batch)
      })
      try {
        for await (const line of pull(points, signal)) {
          for (const kind of unreadKinds(line) ?? [])
            await store({ type: 'state', kind, state: 'absent', message: TOO_OLD_FOR_IT })
          const batch = readBatch(line)
          if (batch !== null) await store(batch)
        }
        await settle()
      } catch (error) {
        const unstored = await settle().catch((failure: unknown) => failure)
        if (unstored instanceof ClusterGoneError) throw unstored
        if (signal.aborted) return
        debug('The inventory stream of an agent broke off.', error)
      }
      // One that went well for a while is begun again at once; others wait ever longer.
      attempt = clock() - began >= PULL_PROVEN_MS ? 1 : attempt + 1
      await sleep(fullJitter(attempt, random(), PULL_BACK_OFF), undefined, { signal }).catch(() => {})
    }
  }
}
