import type { Change } from '@moorage/contract/hub.ts'
import { expect, test } from 'vitest'
import { keys, touches } from './keys.ts'

const change = (type: Change['type'], kinds: string[] = []): Change => ({
  type,
  cluster: 'c-1',
  name: 'harbour',
  kinds,
  at: '2026-11-20T12:00:00Z',
})

test('a change touches pages of its cluster, by name and by id, and no other', () => {
  expect(touches(change('cluster'), keys.cluster('harbour'))).toBe(true)
  expect(touches(change('cluster'), keys.cluster('c-1'))).toBe(true)
  expect(touches(change('cluster'), keys.cluster('lagoon'))).toBe(false)
})

test('inventory touches the lists of the kinds that changed', () => {
  expect(touches(change('inventory', ['Node']), keys.nodes('harbour'))).toBe(true)
  expect(touches(change('inventory', ['Pod']), keys.nodes('harbour'))).toBe(true)
  expect(touches(change('inventory', ['Service']), keys.nodes('harbour'))).toBe(false)
  expect(touches(change('inventory', ['Job']), keys.workloads('harbour', {}))).toBe(true)
  expect(touches(change('inventory', ['Node']), keys.workloads('harbour', {}))).toBe(false)
  expect(touches(change('inventory', ['Node']), keys.search('x'))).toBe(true)
})

test('events and metrics touch their own pages', () => {
  expect(touches(change('events'), keys.events('harbour', {}))).toBe(true)
  expect(touches(change('events'), keys.metrics('harbour', '1h'))).toBe(false)
  expect(touches(change('metrics'), keys.metrics('harbour', '1h'))).toBe(true)
})

test('a cluster that is gone touches all of its pages, the fleet and the receipts', () => {
  for (const key of [keys.fleet, keys.receipts, keys.cluster('harbour'), keys.nodes('harbour'), keys.search('x')])
    expect(touches(change('gone'), key)).toBe(true)
})

test('a ping and the identity have nothing to do with each other', () => {
  expect(touches(change('ping'), keys.fleet)).toBe(false)
  expect(touches(change('gone'), keys.whoami)).toBe(false)
})
