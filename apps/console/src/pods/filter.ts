import type { InventoryObject } from '@moorage/contract/inventory.ts'

/** True where a pod has every word of `text` in what its row shows. */
export function matchesPod(pod: InventoryObject, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const hay = [pod.namespace, pod.name, pod.status, pod.node, ...pod.images].join(' ').toLowerCase()
  return words.every(word => hay.includes(word))
}
