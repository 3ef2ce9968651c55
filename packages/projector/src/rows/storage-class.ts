import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'

interface StorageClassObject extends KubeObject {
  provisioner?: string
  reclaimPolicy?: string
  volumeBindingMode?: string
  allowVolumeExpansion?: boolean
}

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]

/** StorageClass. Its parameters may name or hold credentials and stay out. */
export function storageClassRow(object: KubeObject): InventoryRow {
  const storage: StorageClassObject = object
  return rowOf('StorageClass', 'storage.k8s.io/v1', storage, {
    data: {
      provisioner: storage.provisioner ?? '',
      reclaimPolicy: storage.reclaimPolicy ?? 'Delete',
      bindingMode: storage.volumeBindingMode ?? 'Immediate',
      allowExpansion: storage.allowVolumeExpansion ?? false,
      default: DEFAULT_CLASS.some(key => storage.metadata.annotations?.[key] === 'true'),
    },
  })
}
