import type { Node } from '@moorage/contract/inventory.ts'

/** True where a node has every word of `text` in what its row shows. */
export function matchesNode(node: Node, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const hay = [
    node.name,
    node.status,
    node.kubelet,
    node.zone ?? '',
    node.region ?? '',
    node.instanceType ?? '',
    node.internalIp ?? '',
    node.architecture,
    ...node.roles,
  ]
    .join(' ')
    .toLowerCase()
  return words.every(word => hay.includes(word))
}
