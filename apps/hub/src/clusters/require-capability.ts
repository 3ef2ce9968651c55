import { capabilityOf } from '@moorage/contract/capabilities.ts'
import type { CapabilityName } from '@moorage/contract/cluster.ts'
import { MoorageError } from '../errors.ts'
import type { ClusterWithCredential } from '../store/clusters.ts'
import { capabilitySubject } from './cluster.ts'

/** Refuses what the capability matrix does not allow of this cluster now, with its reason. */
export function requireCapability(row: ClusterWithCredential, name: CapabilityName): void {
  const { allowed, because } = capabilityOf(name, capabilitySubject(row))
  if (allowed) return
  throw new MoorageError('capability_missing', `${row.name}: ${because}`, {
    step: name,
    fix: `See what it allows, and why: moorage cluster capabilities ${row.name}.`,
    cluster: row.name,
  })
}
