import type { Sealer } from '../connections/sealing.ts'
import { MoorageError } from '../errors.ts'
import { findChunk, findRecording } from '../store/recordings.ts'
import type { Store } from '../store/store.ts'
import { recordingUnknown } from './list.ts'
import { chunkContext, openChunk } from './sealed-parts.ts'

interface Deps {
  store: Pick<Store, 'db'>
  sealer: Sealer
}

const tampered = (id: string) =>
  new MoorageError('internal', `The recording ${id} is not as it was written: a part of it is missing or was changed.`)

/**
 * The chunks of a recording, one after the other. Each opens only in its own
 * place, and the last one of a session that has ended only as the last: what
 * was changed, moved or taken out makes it throw.
 */
export async function* playRecording({ store: { db }, sealer }: Deps, id: string): AsyncGenerator<string> {
  const recording = await findRecording(db, id)
  if (recording === undefined) throw recordingUnknown(id)
  const { state, chunks } = recording
  for (let n = 0; n < chunks; n += 1) {
    const chunk = await findChunk(db, id, n)
    if (chunk === undefined) throw tampered(id)
    const last = n === chunks - 1 && state !== 'running'
    yield open(sealer, chunk.sealed, id, n, last, state === 'cut')
  }
}

/** A recording that was cut by the end of its hub has no last chunk. */
function open(sealer: Sealer, sealed: string, id: string, n: number, last: boolean, maybe: boolean): string {
  try {
    return openChunk(sealer, sealed, chunkContext(id, n, last))
  } catch (error) {
    if (last && maybe) return openChunk(sealer, sealed, chunkContext(id, n, false))
    throw error
  }
}
