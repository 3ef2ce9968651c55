import type { Receipt } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import type { ClusterDeps } from './deps.ts'
import { findClusterRow } from './find.ts'

/** Destroys a cluster that Moorage made. It makes none yet, so every delete is refused, whether the cluster answers or not. */
export async function deleteCluster(
  deps: Pick<ClusterDeps, 'store' | 'now'>,
  ref: string,
  _who: Identity,
): Promise<Receipt> {
  const { name, origin } = await findClusterRow(deps, ref)
  const because =
    origin === 'connected' || origin === 'imported'
      ? `${name} was ${origin}: it existed before Moorage knew it, so Moorage does not destroy it.`
      : `${name} is managed by what made it; Moorage can not destroy clusters yet.`
  throw new MoorageError('delete_not_allowed', because, {
    fix: `To make Moorage forget it, disconnect it: moorage cluster disconnect ${name}. To destroy it, delete it where it runs.`,
    cluster: name,
  })
}
