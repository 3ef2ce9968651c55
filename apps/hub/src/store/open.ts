import { openPglite, type PgliteDeps } from './pglite/open.ts'
import { openPostgres, type PostgresDeps } from './postgres/open.ts'
import type { Store } from './store.ts'

/** Which engine, and where its data are. */
export type StoreConfig = { kind: 'pglite'; dir: string } | { kind: 'postgres'; url: string }

export type StoreDeps = PgliteDeps & PostgresDeps

/** Opens the hub's database. Its tables are made by `migrate`. */
export function openStore(config: StoreConfig, deps: StoreDeps): Promise<Store> {
  switch (config.kind) {
    case 'pglite':
      return openPglite(config.dir, deps)
    case 'postgres':
      return openPostgres(config.url, deps)
  }
}
