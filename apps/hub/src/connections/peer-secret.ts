import { ensureMeta, replaceMeta } from '../store/meta.ts'
import type { Store } from '../store/store.ts'
import { Sealed, type Sealer } from './sealing.ts'

const KEY = 'peer-secret'
/** Bytes: as many as the hash that it is used with gives. */
const SECRET_BYTES = 32

/** What the replicas of this hub prove themselves to each other with: made once, sealed, and the same for all. */
export async function peerSecret(
  { store, sealer }: { store: Pick<Store, 'db'>; sealer: Sealer },
  random: (bytes: number) => Uint8Array,
): Promise<Uint8Array> {
  const made = () => sealer.seal(Buffer.from(random(SECRET_BYTES)).toString('base64'), KEY).sealed
  const kept = await ensureMeta(store.db, KEY, made)
  const secret = new Sealed(sealer.open(kept, KEY))
  const again = sealer.reseal(kept, KEY)
  if (again !== null) await replaceMeta(store.db, KEY, kept, again.sealed)
  return Buffer.from(secret.reveal(), 'base64')
}
