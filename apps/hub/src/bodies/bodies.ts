import { type Readable, Transform } from 'node:stream'
import type { AuditBody } from '@moorage/contract/audit-body.ts'
import type { Sealer } from '../connections/sealing.ts'
import { type AuditBodyRow, insertAuditBody, keepsBodies } from '../store/audit-bodies.ts'
import type { Store } from '../store/store.ts'
import type { MaskedOf } from './mask.ts'
import { READ_BYTES, type ReadBody, readBody } from './readable.ts'

/** How long a cluster's policy is believed, in ms. */
const BELIEVED_MS = 1_000
/** Clusters whose policy is remembered. */
const MAX_REMEMBERED = 10_000

/** A body on its way, which is looked at as it passes. */
export interface PassingBody {
  /** What is to be sent on instead. */
  stream: Readable
  /** Resolves once what may be kept of it is stored. */
  keep(about: BodyFacts): Promise<void>
}

/** What a body belongs to. */
export interface BodyFacts extends MaskedOf {
  requestId: string
  clusterId: string
  namespace: string | null
  type: string
  encoding: string | undefined
}

/** Bodies of requests to clusters whose policy asks for them. */
export interface Bodies {
  /** null where it is none of those. */
  passing(clusterId: string, body: Readable): Promise<PassingBody | null>
}

interface Deps {
  store: Pick<Store, 'db'>
  sealer: Sealer
  now: () => Date
  clock: () => number
  failed: (requestId: string, error: unknown) => void
}

const contextOf = (requestId: string) => `audit-body/${requestId}`

function readAll(
  body: Buffer,
  about: MaskedOf,
  { type, encoding, ended, bytes }: { type: string; encoding: string | undefined; ended: boolean; bytes: number },
): ReadBody {
  const unread = (note: string) => ({ text: null, note })
  if (!ended) return unread('It did not come to its end.')
  if (bytes > READ_BYTES) return unread('It is too large to be read.')
  if (encoding !== undefined) return unread('It is compressed.')
  return readBody(body, type, about)
}

type Kept = Pick<AuditBody, 'type' | 'bytes' | 'text' | 'note'>

/** A stored body, opened. */
export const openBody = (sealer: Pick<Sealer, 'open'>, row: AuditBodyRow): AuditBody => ({
  requestId: row.request_id,
  at: row.at.toISOString(),
  cluster: row.cluster_id,
  ...(JSON.parse(sealer.open(row.sealed, contextOf(row.request_id))) as Kept),
})

export function keepBodies({ store, sealer, now, clock, failed }: Deps): Bodies {
  const known = new Map<string, { keeps: Promise<boolean>; until: number }>()

  const keeps = (clusterId: string): Promise<boolean> => {
    const found = known.get(clusterId)
    if (found !== undefined && found.until > clock()) return found.keeps
    if (known.size >= MAX_REMEMBERED) known.clear()
    const asked = keepsBodies(store.db, clusterId)
    known.set(clusterId, { keeps: asked, until: clock() + BELIEVED_MS })
    asked.catch(() => known.delete(clusterId))
    return asked
  }

  return {
    async passing(clusterId, body) {
      if (!(await keeps(clusterId))) return null
      let pieces: Buffer[] = []
      let bytes = 0
      const stream = new Transform({
        transform(piece: Buffer, _encoding, done) {
          bytes += piece.length
          // Copied: whoever sends a piece on may free it.
          if (bytes <= READ_BYTES) pieces.push(Buffer.from(piece))
          else pieces = []
          done(null, piece)
        },
      })
      stream.on('error', () => {}) // Whoever reads it sees it too.
      body.pipe(stream)
      body.once('close', () => {
        if (!body.readableEnded) stream.destroy(new Error('The client left.'))
      })
      return {
        stream,
        async keep({ requestId, type, encoding, namespace, ...about }) {
          if (bytes === 0) return
          try {
            const read = readAll(Buffer.concat(pieces), about, { type, encoding, ended: body.readableEnded, bytes })
            const kept: Kept = { type: type.slice(0, 100), bytes, ...read }
            const { sealed } = sealer.seal(JSON.stringify(kept), contextOf(requestId))
            await insertAuditBody(store.db, {
              request_id: requestId,
              at: now(),
              cluster_id: clusterId,
              namespace,
              sealed,
            })
          } catch (error) {
            failed(requestId, error)
          }
        },
      }
    },
  }
}
