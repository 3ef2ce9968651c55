import type { Store } from '../store/store.ts'
import { keptSecret } from './kept-secret.ts'
import type { Sealer } from './sealing.ts'

const KEY = 'peer-secret'
/** Bytes: as many as the hash that it is used with gives. */
const SECRET_BYTES = 32

/** What the replicas of this hub prove themselves to each other with. Of a restored backup no replica runs yet, so it may be another one. */
export async function peerSecret(
  deps: { store: Pick<Store, 'db'>; sealer: Sealer },
  random: (bytes: number) => Uint8Array,
): Promise<Uint8Array> {
  const make = () => Buffer.from(random(SECRET_BYTES)).toString('base64')
  const secret = await keptSecret(deps, { key: KEY, context: KEY, make })
  return Buffer.from(secret.reveal(), 'base64')
}
