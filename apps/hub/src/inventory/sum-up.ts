import { type Detection, detect } from '@moorage/projector/detect.ts'
import { readSync } from '../store/inventory-sync.ts'
import type { QueryDeps } from './deps.ts'
import { type InventorySummary, readEvidence, readUsed, summarise } from './summary.ts'

/** What the API server itself says: its version and the API groups that it serves. */
export interface ServerSaid {
  version: string
  groups: readonly string[]
}

/** What the inventory says of a cluster as a whole. */
export type Sums = InventorySummary &
  Pick<Detection, 'distribution' | 'provider' | 'region' | 'zones' | 'instanceTypes' | 'hybridNodes'>

interface Kept {
  key: string
  sums: Omit<Sums, 'used'>
}

/**
 * Makes the function that sums clusters up. It keeps what it found until nodes
 * or pods change, so asking every few seconds costs one small query.
 */
export function sumUps(deps: QueryDeps): (clusterId: string, server: ServerSaid | null) => Promise<Sums> {
  const kept = new Map<string, Kept>()
  return async (clusterId, server) => {
    const sync = await readSync(deps.store.db, clusterId)
    const versions = sync.filter(({ kind }) => kind === 'Node' || kind === 'Pod')
    const key = JSON.stringify([
      versions.map(({ kind, version, syncedAt }) => [kind, version, syncedAt === null]),
      server,
    ])
    const known = kept.get(clusterId)
    if (known?.key === key) return { ...known.sums, used: await readUsed(deps, clusterId) }
    const [{ used, ...sums }, nodes] = await Promise.all([summarise(deps, clusterId), readEvidence(deps, clusterId)])
    const { simulated: _, ...detected } = detect({
      gitVersion: server?.version ?? '',
      groups: server?.groups ?? null,
      nodes,
    })
    kept.set(clusterId, { key, sums: { ...sums, ...detected } })
    return { ...sums, ...detected, used }
  }
}
