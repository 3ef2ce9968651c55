import type { Workload } from '@moorage/contract/inventory.ts'

/** True where a workload has every word of `text` in what its row shows. */
export function matchesWorkload(workload: Workload, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const hay = [workload.kind, workload.namespace, workload.name, workload.status, ...workload.images]
    .join(' ')
    .toLowerCase()
  return words.every(word => hay.includes(word))
}
