import type { Condition } from '@moorage/contract/cluster.ts'
import { expect, test } from 'vitest'
import { byUrgency, explaining, whyPhase } from './explain.ts'

const condition = (type: Condition['type'], more: Partial<Condition> = {}): Condition => ({
  type,
  status: 'True',
  severity: 'error',
  reason: 'Reason',
  message: `${type} is well.`,
  lastTransition: '2026-11-20T10:00:00Z',
  lastSeen: '2026-11-20T11:00:00Z',
  ...more,
})

test('the worst condition that fails explains the phase', () => {
  const conditions = [
    condition('APIServerReachable'),
    condition('CredentialExpiry', { status: 'False', severity: 'warning', message: 'It expires soon.' }),
    condition('CredentialValid', { status: 'False', message: 'The token was revoked.' }),
  ]
  expect(whyPhase({ phase: 'Error', conditions })).toBe('The token was revoked.')
})

test('what is certain comes before what is unknown', () => {
  const conditions = [
    condition('InventorySynced', { status: 'Unknown' }),
    condition('APIServerReachable', { status: 'False', message: 'It timed out.' }),
  ]
  expect(explaining({ phase: 'Unreachable', conditions })?.message).toBe('It timed out.')
})

test('a failing condition that only informs does not explain a phase', () => {
  const conditions = [
    condition('MetricsAvailable', { status: 'False', severity: 'info' }),
    condition('APIServerReachable'),
  ]
  expect(explaining({ phase: 'Running', conditions })?.type).toBe('APIServerReachable')
})

test('a phase without any condition explains itself', () => {
  expect(whyPhase({ phase: 'Pending', conditions: [] })).toBe('The cluster has not answered yet.')
})

test('of equal urgency the newest change is first, and the given list stays as it was', () => {
  const older = condition('TLSVerified', { status: 'False' })
  const newer = condition('ModeVerified', { status: 'False', lastTransition: '2026-11-20T10:30:00Z' })
  const given = [condition('Connected'), older, newer]
  expect(byUrgency(given).map(({ type }) => type)).toEqual(['ModeVerified', 'TLSVerified', 'Connected'])
  expect(given[0]?.type).toBe('Connected')
})
