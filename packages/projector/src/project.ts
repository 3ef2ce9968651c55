import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { ResumePoints, Sink } from './batch.ts'
import { type Following, follow } from './follow.ts'
import { eventBatches, kindBatches } from './kind-batches.ts'
import { eventResource, projectedKinds } from './kinds.ts'
import { LISTS_AT_ONCE, RETRY_REFUSED_MS } from './limits.ts'
import { slots } from './slots.ts'

export interface ProjectorOptions {
  transport: KubeTransport
  /** Takes one batch at a time of each kind; batches of different kinds may overlap. */
  sink: Sink
  resume: ResumePoints
  signal: AbortSignal
  /** How long a forbidden or absent kind is left alone, in ms. */
  retryRefusedMs?: number
}

/** The kinds that the projector reports on: those of the inventory, and events. */
export const reportedKinds: readonly string[] = [...projectedKinds.map(({ kind }) => kind), eventResource.kind]

/** Reads a cluster until the signal aborts: every kind by a watch of its own, nothing kept. */
export async function runProjector(options: ProjectorOptions): Promise<void> {
  const { transport, sink, resume, signal, retryRefusedMs = RETRY_REFUSED_MS } = options
  const lists = slots(LISTS_AT_ONCE)
  const common = (kind: string): Omit<Following, 'resource' | 'toBatch'> => ({
    transport,
    sink,
    lists,
    retryRefusedMs,
    signal,
    resumeFrom: resume.get(kind) ?? null,
  })
  await Promise.all([
    ...projectedKinds.map(resource => follow({ ...common(resource.kind), resource, toBatch: kindBatches(resource) })),
    follow({ ...common(eventResource.kind), resource: eventResource, toBatch: eventBatches }),
  ])
}
