import type { Cluster } from '@moorage/contract/cluster.ts'
import { expect, test } from 'vitest'
import type { Hub } from '../hub/open.ts'
import type { Io } from '../io.ts'
import { lastChance, mayComeBack } from './last-chance.ts'

const now = new Date('2026-01-01T12:00:00Z')
const seen = (lastSeen: string | null, more: Partial<Cluster> = {}) =>
  ({ connection: 'agent', uid: 'u', name: 'edge', lastSeen, ...more }) as Cluster

test.each([
  ['was there a minute ago', seen('2026-01-01T11:59:00Z'), true],
  ['was there an hour ago', seen('2026-01-01T11:00:00Z'), false],
  ['was never there', seen(null), false],
  ['has not joined', seen('2026-01-01T11:59:00Z', { uid: null }), false],
  ['is none', seen('2026-01-01T11:59:00Z', { connection: 'direct' }), false],
])('an agent that %s: %#', (_what, cluster, expected) => {
  expect(mayComeBack(cluster, now)).toBe(expected)
})

test.each([
  [[false, true], true, 2],
  [[false, false, false], false, 3],
])('it is counted down, and ends when the agent is there: %j', async (answers, expected, looks) => {
  const told: string[] = []
  const io = {
    stderr: { isTTY: false, write: (text: string) => void told.push(text) },
    signal: new AbortController().signal,
    now: () => now,
  } as never as Io
  let asked = 0
  const previewDisconnect = async () => ({ reachable: answers[asked++] })
  const hub = { api: { clusters: { previewDisconnect } } } as never as Hub
  expect(await lastChance(io, hub, seen('2026-01-01T11:59:00Z'), { seconds: 3, every: 1 })).toBe(expected)
  expect(asked).toBe(looks)
  expect(told.join('')).toMatch(expected ? /is back/ : /^$/)
})
