import type { Identity } from '@moorage/contract/hub.ts'
import type { Sealer } from '../connections/sealing.ts'
import {
  addChunk,
  changeRecording,
  deleteRecording,
  insertRecording,
  type RecordingPolicy,
  type RecordingRow,
} from '../store/recordings.ts'
import type { Store } from '../store/store.ts'
import { startCast } from './cast.ts'
import type { PodSession } from './pod-session.ts'
import { chunkContext, sealChunk, sealTyped } from './sealed-parts.ts'
import type { StreamPiece } from './stream-piece.ts'

export interface RecorderDeps {
  store: Pick<Store, 'db'>
  sealer: Sealer
  now: () => Date
  /** Milliseconds that never go back. */
  clock: () => number
  failed: (error: unknown) => void
}

/** What is recorded, and of whom. */
export interface Recorded {
  id: string
  who: Identity
  source: string
  cluster: { id: string; name: string }
  session: PodSession
  protocol: string
  policy: Exclude<RecordingPolicy, 'off'>
}

/** Characters that make a chunk. */
const CHUNK_CHARS = 262_144
/** Time after which what was seen is stored though it makes no whole chunk, in ms: a killed hub loses no more of it. */
const STORE_WITHIN_MS = 2_000
/**
 * Characters that wait to be stored. Beyond, the session waits for the store.
 * Not sooner: API servers lose the end of an output that is taken too slowly.
 */
const MAX_WAITING_CHARS = 1_048_576
/** Characters of one recording. A session can go on for days; a copied file is no session. */
const MAX_CHARS = 67_108_864
/** How often a recording in which nothing happens says that it goes on, in ms. */
export const ALIVE_EVERY_MS = 30_000

/** How a recording came to its end. */
type Ending = Partial<Pick<RecordingRow, 'state' | 'because' | 'ended_at'>>

export interface Recording {
  readonly id: string
  /** What it passes in, where that was not known at its beginning. */
  agreed(protocol: string): void
  /** Keeps what passed. Where the store is behind, resolves when there is room again. */
  take(pieces: readonly StreamPiece[]): Promise<void> | null
  /** Nothing more can be kept. Whether the session may go on is the policy's to say. */
  give(up: string): void
  /** Stores what is left. `because` where the session did not end by itself. */
  end(because?: string): Promise<void>
  /** There was no session: nothing of it stays. */
  cancel(): Promise<void>
}

/**
 * Records one session as asciicast v2, sealed in chunks. Rejects where it can
 * not begin. `stop` is called when no more can be recorded and the policy is
 * that nothing may be done unrecorded.
 */
export async function startRecording(
  deps: RecorderDeps,
  about: Recorded,
  stop: (because: string) => void,
  maxChars = MAX_CHARS,
): Promise<Recording> {
  const { store, sealer, clock } = deps
  const { id, who, cluster, session, policy } = about
  const startedAt = deps.now()
  const began = clock()
  const title = `${who.name} in ${cluster.name}/${session.namespace}/${session.pod}`
  const cast = startCast({ startedAt, command: session.command, title, tty: session.tty })
  await insertRecording(store.db, {
    id,
    started_at: startedAt,
    cluster_id: cluster.id,
    cluster_name: cluster.name,
    actor_kind: who.kind,
    actor_id: who.id,
    actor_name: who.name,
    source: about.source,
    kind: session.kind,
    namespace: session.namespace,
    pod: session.pod,
    container: session.container,
    command: JSON.stringify(session.command),
    tty: session.tty,
    protocol: about.protocol,
    state: 'running',
    last_chunk_at: startedAt,
  })
  let { protocol } = about
  let waiting = cast.head
  /** Characters that are on their way into the store. */
  let storing = 0
  let chars = cast.head.length
  let bytes = 0
  let n = 0
  let typedStored = 0
  let gaveUp: string | null = null
  let busy: Promise<void> | null = null
  const seconds = () => (clock() - began) / 1000

  const giveUp = (because: string) => {
    if (gaveUp !== null) return
    gaveUp = because
    waiting += cast.mark(because, seconds())
    if (policy === 'record-or-refuse') stop(because)
  }

  const known = () => ({ bytes, protocol, last_chunk_at: deps.now(), exit_code: cast.exitCode() })

  const storeOne = async (text: string, last: boolean, end: Ending = {}) => {
    bytes += Buffer.byteLength(text)
    const { lines } = cast.typed
    const typed = lines.length > typedStored ? { typed: sealTyped(sealer, id, lines) } : {}
    typedStored = lines.length
    const chunk = { recording_id: id, n, sealed: sealChunk(sealer, text, chunkContext(id, n, last)) }
    await addChunk(store.db, chunk, { ...known(), ...typed, ...end, chunks: n + 1 })
    n += 1
  }

  const flush = async () => {
    try {
      while (waiting.length > 0) {
        const text = waiting
        waiting = ''
        storing = text.length
        await storeOne(text, false)
      }
    } catch (error) {
      waiting = ''
      deps.failed(error)
      giveUp('The recording could not be stored.')
    } finally {
      storing = 0
    }
  }
  const flushOnce = () => {
    busy ??= flush().finally(() => {
      busy = null
    })
    return busy
  }
  const timer = setInterval(() => {
    if (waiting.length > 0 && gaveUp === null) void flushOnce()
  }, STORE_WITHIN_MS)
  const alive = setInterval(() => {
    changeRecording(store.db, id, { last_chunk_at: deps.now() }).catch(deps.failed)
  }, ALIVE_EVERY_MS)
  timer.unref()
  alive.unref()
  const rest = async () => {
    clearInterval(timer)
    clearInterval(alive)
    await busy
  }

  return {
    id,
    agreed: name => {
      protocol = name
    },
    take(pieces) {
      if (gaveUp !== null) return null
      const at = seconds()
      for (const piece of pieces) {
        const lines = cast.add(piece, at)
        waiting += lines
        chars += lines.length
      }
      if (chars > maxChars) giveUp('The recording has reached its largest size: what follows is not in it.')
      if (waiting.length < CHUNK_CHARS) return null
      const stored = flushOnce()
      return waiting.length + storing > MAX_WAITING_CHARS ? stored : null
    },
    give: giveUp,
    async end(because) {
      await rest()
      const reason = gaveUp ?? because ?? null
      cast.typed.finish(seconds())
      const leftOut = cast.leftOut()
      if (leftOut > 0) waiting += cast.mark(`${leftOut} bytes that are no text were left out.`, seconds())
      const text = waiting + cast.mark('end', seconds())
      waiting = ''
      try {
        const state = reason === null ? 'whole' : 'cut'
        await storeOne(text, true, { state, because: reason, ended_at: deps.now() })
      } catch (error) {
        deps.failed(error)
      }
    },
    async cancel() {
      await rest()
      await deleteRecording(store.db, id).catch(deps.failed)
    },
  }
}
