import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { ResumePoints, Sink } from '@moorage/projector/batch.ts'
import { runProjector } from '@moorage/projector/project.ts'

/** Where a cluster's batches come from. It runs until the signal aborts, whatever happens to the cluster. */
export type InventorySource = (sink: Sink, resume: ResumePoints, signal: AbortSignal) => Promise<void>

/** The hub reads the cluster itself. */
export const projectorSource =
  (transport: KubeTransport): InventorySource =>
  (sink, resume, signal) =>
    runProjector({ transport, sink, resume, signal })
