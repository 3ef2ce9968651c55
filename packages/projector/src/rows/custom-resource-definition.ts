import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { type ConditionPart, holds, rowOf } from './base.ts'

interface CrdObject extends KubeObject {
  spec?: {
    group?: string
    scope?: string
    names?: { kind?: string; plural?: string }
    versions?: { name: string; served?: boolean; storage?: boolean }[]
  }
  status?: { conditions?: ConditionPart[] }
}

function crdStatus(crd: CrdObject): string {
  if (crd.metadata.deletionTimestamp !== undefined) return 'Terminating'
  return holds(crd.status?.conditions, 'Established') ? 'Established' : 'NotEstablished'
}

/** CustomResourceDefinition: what it defines, without its schema. */
export function crdRow(object: KubeObject): InventoryRow {
  const crd: CrdObject = object
  const versions = crd.spec?.versions ?? []
  return rowOf('CustomResourceDefinition', 'apiextensions.k8s.io/v1', crd, {
    status: crdStatus(crd),
    data: {
      group: crd.spec?.group ?? '',
      defines: crd.spec?.names?.kind ?? '',
      plural: crd.spec?.names?.plural ?? '',
      scope: crd.spec?.scope ?? '',
      versions: versions.filter(({ served }) => served === true).map(({ name }) => name),
      stored: versions.find(({ storage }) => storage === true)?.name ?? null,
    },
  })
}
