import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { Sealed, type Sealer } from '../connections/sealing.ts'
import { SealingError } from '../connections/sealing-key.ts'
import type { HeadRow } from '../store/audit-heads.ts'
import { ensureMeta, replaceMeta } from '../store/meta.ts'
import type { Store } from '../store/store.ts'

const KEY = 'audit-key'

/** What heads of the audit log are signed with: an Ed25519 key of the hub's, which is sealed. */
export interface HeadKey {
  id: string
  /** SPKI, in base64. */
  publicKey: string
  sign(kind: HeadRow['kind'], line: { seq: number; hash: string }, at: Date): HeadRow
  isOwn(head: HeadRow): boolean
}

/** What is signed, of one hub and for nothing else. */
export const headStatement = (
  instance: string,
  { kind, seq, hash, at }: Omit<HeadRow, 'key_id' | 'signature'>,
): Buffer => Buffer.from(JSON.stringify(['moorage-audit', 1, instance, kind, seq, hash, at.toISOString()]))

const made = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

interface Deps {
  store: Pick<Store, 'db'>
  sealer: Sealer
  warn: (message: string, error: unknown) => void
}

/** The key that is kept; made at the first start, and anew where the key that it was sealed with is lost. */
async function keptKey({ store: { db }, sealer, warn }: Deps): Promise<KeyObject> {
  const seal = () => sealer.seal(made(), KEY).sealed
  let kept = await ensureMeta(db, KEY, seal)
  try {
    const again = sealer.reseal(kept, KEY)
    if (again !== null) await replaceMeta(db, KEY, kept, again.sealed)
    return createPrivateKey(new Sealed(sealer.open(kept, KEY)).reveal())
  } catch (error) {
    if (!(error instanceof SealingError)) throw error
    warn(
      'The key that the audit log is signed with can not be opened: a new one is made, and what was signed before can not be verified.',
      error,
    )
    await replaceMeta(db, KEY, kept, seal())
    kept = await ensureMeta(db, KEY, seal)
    return createPrivateKey(new Sealed(sealer.open(kept, KEY)).reveal())
  }
}

export async function openHeadKey(deps: Deps & { instance: string }): Promise<HeadKey> {
  const secret = await keptKey(deps)
  const open = createPublicKey(secret)
  const spki = open.export({ type: 'spki', format: 'der' })
  const id = createHash('sha256').update(spki).digest('hex').slice(0, 16)
  const { instance } = deps
  return {
    id,
    publicKey: spki.toString('base64'),
    sign(kind, { seq, hash }, at) {
      const head = { kind, seq, hash, at }
      return { ...head, key_id: id, signature: sign(null, headStatement(instance, head), secret).toString('base64') }
    },
    isOwn: head =>
      head.key_id === id && verify(null, headStatement(instance, head), open, Buffer.from(head.signature, 'base64')),
  }
}
