import type { Batch, KindState } from '@moorage/projector/batch.ts'
import { reportedKinds } from '@moorage/projector/project.ts'

/** How the reading of one kind stands in this process. */
export interface KindProgress {
  kind: string
  state: KindState
  message: string | null
}

/** Follows the batches of one cluster, to say at any time how far its inventory is. */
export class Progress {
  readonly #kinds = new Map<string, KindProgress>()
  /** Kinds that were read to their end once, now or before the hub was restarted, or that can't be read. */
  readonly #done = new Set<string>()

  constructor() {
    for (const kind of reportedKinds) this.#kinds.set(kind, { kind, state: 'pending', message: null })
  }

  /** These were read to their end by a process before this one. */
  readBefore(kinds: Iterable<string>): void {
    for (const kind of kinds) this.#done.add(kind)
  }

  /** Every kind was read to its end once, or can't be. */
  get complete(): boolean {
    return [...this.#kinds.keys()].every(kind => this.#done.has(kind))
  }

  get kinds(): KindProgress[] {
    return [...this.#kinds.values()]
  }

  /** Takes note of a batch that was stored. */
  stored(batch: Batch): void {
    const kind = batch.type === 'events' ? 'Event' : batch.kind
    if (batch.type === 'state') this.#set(kind, batch.state, batch.message)
    else if (batch.type === 'list-start') this.#set(kind, 'listing', null)
    else if (batch.type !== 'rows' && batch.resourceVersion !== null) this.#set(kind, 'watching', null)
  }

  #set(kind: string, state: KindState, message: string | null): void {
    this.#kinds.set(kind, { kind, state, message })
    if (state === 'watching' || state === 'forbidden' || state === 'absent') this.#done.add(kind)
  }
}
