import { ensureMeta, replaceMeta } from '../store/meta.ts'
import type { Store } from '../store/store.ts'
import { Sealed, type Sealer } from './sealing.ts'
import { SealingError } from './sealing-key.ts'

/** A secret that the hub makes for itself, the same for all of its replicas. */
export interface OwnSecret {
  /** What it stands under in `meta`. */
  key: string
  /** What it is sealed as. */
  context: string
  make: () => string
}

/** The secret that is kept; made at its first use, and anew where the key that it was sealed with is lost. */
export async function keptSecret(
  { store, sealer }: { store: Pick<Store, 'db'>; sealer: Sealer },
  { key, context, make }: OwnSecret,
): Promise<Sealed> {
  const seal = () => sealer.seal(make(), context).sealed
  const kept = await ensureMeta(store.db, key, seal)
  try {
    const secret = new Sealed(sealer.open(kept, context))
    const again = sealer.reseal(kept, context)
    if (again !== null) await replaceMeta(store.db, key, kept, again.sealed)
    return secret
  } catch (error) {
    if (!(error instanceof SealingError)) throw error
    await replaceMeta(store.db, key, kept, seal())
    return new Sealed(sealer.open(await ensureMeta(store.db, key, seal), context))
  }
}
