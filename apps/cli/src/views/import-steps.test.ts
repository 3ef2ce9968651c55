import type { ImportStep } from '@moorage/contract/agent.ts'
import { expect, test } from 'vitest'
import { news } from '../agent/follow-import.ts'
import { importStepLine, importStepsText } from './import-steps.ts'

const step = (name: ImportStep['name'], status: ImportStep['status'], more: Partial<ImportStep> = {}): ImportStep => ({
  name,
  status,
  message: `${name} ${status}`,
  causes: [],
  at: null,
  ...more,
})
const steps = [
  step('manifest', 'ok', { at: '2026-01-01T00:00:00.000Z' }),
  step('contact', 'ok', { at: '2026-01-01T00:00:04.240Z' }),
  step('identity', 'failed', { causes: ['The token is spent: import again.'], at: '2026-01-01T00:00:05.000Z' }),
  step('api-server', 'waiting'),
]
const plain = (_style: unknown, text: string) => text

test('each step is a line, with the time since the one before and the causes below', () => {
  expect(importStepsText(steps, plain).split('\n')).toEqual([
    '✓   manifest fetched                  manifest ok',
    '✓   agent contacted the hub   4.2 s   contact ok',
    '✗   identity registered               identity failed',
    '    - The token is spent: import again.',
    '·   API server answers                api-server waiting',
  ])
  expect(importStepLine(steps, steps[1] as ImportStep, plain)).toBe('✓  agent contacted the hub  4.2 s  contact ok')
})

test('where nothing is redrawn, each change is said once, and waiting only when there is a cause', () => {
  const said = new Set<string>()
  expect(news(steps, said).map(({ name }) => name)).toEqual(['manifest', 'contact', 'identity'])
  expect(news(steps, said)).toEqual([])
  const slow = [...steps.slice(0, 3), step('api-server', 'waiting', { causes: ['The image is not pulled.'] })]
  expect(news(slow, said).map(({ name }) => name)).toEqual(['api-server'])
})
