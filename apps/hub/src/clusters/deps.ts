import type { AddressGuard } from '../connections/guard.ts'
import type { Connections } from '../connections/registry.ts'
import type { Sealer } from '../connections/sealing.ts'
import type { Store } from '../store/store.ts'
import type { Changes } from '../work/changes.ts'

/** What the use cases of clusters need of the hub. Each takes the part that it uses. */
export interface ClusterDeps {
  store: Pick<Store, 'db'>
  sealer: Sealer
  guard: AddressGuard
  connections: Connections
  changes: Pick<Changes, 'publish'>
  now: () => Date
  random: (bytes: number) => Uint8Array
}
