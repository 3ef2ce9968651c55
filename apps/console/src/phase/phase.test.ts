import { Phase } from '@moorage/contract/cluster.ts'
import { expect, test } from 'vitest'
import { lookOf, phasesByRank } from './phase.ts'

test('every phase has a look and a meaning', () => {
  for (const phase of Phase.options) expect(lookOf(phase).meaning).toMatch(/\.$/)
})

test('phases that want attention come first, running last', () => {
  expect(phasesByRank).toHaveLength(Phase.options.length)
  expect(phasesByRank.slice(0, 3)).toEqual(['Error', 'Unreachable', 'Warning'])
  expect(phasesByRank.at(-1)).toBe('Running')
})

test('phases of different urgency differ in more than colour', () => {
  const shape = (phase: Phase) => lookOf(phase).shape
  expect(new Set([shape('Running'), shape('Warning'), shape('Error'), shape('Unreachable')]).size).toBe(4)
})
