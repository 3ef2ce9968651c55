import { expect, test } from 'vitest'
import { flavourNamed, flavours } from './flavours.ts'
import { flavourNode } from './node.ts'

const LABEL_VALUE = /^(|[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)$/
const NODE_NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])$/

test.each(Object.values(flavours))('$name: names and labels are what Kubernetes takes, and nodes differ', flavour => {
  const nodes = Array.from({ length: 300 }, (_, index) => flavourNode(flavour, 'alpha', index))
  for (const node of nodes) {
    expect(node.metadata.name).toMatch(NODE_NAME)
    for (const value of Object.values(node.metadata.labels)) expect(value).toMatch(LABEL_VALUE)
  }
  expect(new Set(nodes.map(node => node.metadata.name)).size).toBe(nodes.length)
  const ids = nodes.map(node => node.spec.providerID).filter(Boolean)
  expect(new Set(ids).size).toBe(ids.length)
})

test('the same node is the same twice', () => {
  expect(flavourNode(flavours.eks, 'alpha', 3)).toEqual(flavourNode(flavours.eks, 'alpha', 3))
})

test('an unknown flavour is refused with the names there are', () => {
  expect(() => flavourNamed('minishift')).toThrow(/no flavour "minishift"; there are eks, aks, /)
})
