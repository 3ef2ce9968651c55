import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { amount, type Quantities } from '../quantity.ts'
import { rowOf } from './base.ts'

interface VolumeObject extends KubeObject {
  spec?: {
    capacity?: Quantities
    accessModes?: string[]
    persistentVolumeReclaimPolicy?: string
    storageClassName?: string
    volumeMode?: string
    claimRef?: { namespace?: string; name?: string }
    csi?: { driver?: string }
  }
  status?: { phase?: string; reason?: string }
}

/** PersistentVolume. Of its source only the driver's name: attributes may hold secrets. */
export function persistentVolumeRow(object: KubeObject): InventoryRow {
  const volume: VolumeObject = object
  const claim = volume.spec?.claimRef
  return rowOf('PersistentVolume', 'v1', volume, {
    status: volume.metadata.deletionTimestamp === undefined ? (volume.status?.phase ?? '') : 'Terminating',
    data: {
      capacityBytes: amount(volume.spec?.capacity, 'storage'),
      accessModes: volume.spec?.accessModes ?? [],
      reclaimPolicy: volume.spec?.persistentVolumeReclaimPolicy ?? null,
      storageClass: volume.spec?.storageClassName ?? null,
      volumeMode: volume.spec?.volumeMode ?? null,
      claim: claim === undefined ? null : `${claim.namespace ?? ''}/${claim.name ?? ''}`,
      driver: volume.spec?.csi?.driver ?? null,
      reason: volume.status?.reason ?? null,
    },
  })
}

interface ClaimObject extends KubeObject {
  spec?: {
    volumeName?: string
    storageClassName?: string
    volumeMode?: string
    accessModes?: string[]
    resources?: { requests?: Quantities }
  }
  status?: { phase?: string; capacity?: Quantities }
}

/** PersistentVolumeClaim. `capacityBytes` is null until a volume is bound. */
export function persistentVolumeClaimRow(object: KubeObject): InventoryRow {
  const claim: ClaimObject = object
  return rowOf('PersistentVolumeClaim', 'v1', claim, {
    status: claim.metadata.deletionTimestamp === undefined ? (claim.status?.phase ?? '') : 'Terminating',
    data: {
      volume: claim.spec?.volumeName ?? null,
      requestedBytes: amount(claim.spec?.resources?.requests, 'storage'),
      capacityBytes: claim.spec?.volumeName ? amount(claim.status?.capacity, 'storage') : null,
      accessModes: claim.spec?.accessModes ?? [],
      storageClass: claim.spec?.storageClassName ?? null,
      volumeMode: claim.spec?.volumeMode ?? null,
    },
  })
}
