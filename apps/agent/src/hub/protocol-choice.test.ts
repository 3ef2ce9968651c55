import { expect, test } from 'vitest'
import { PROTOCOL_AGAIN_MS } from '../limits.ts'
import { protocolChoice } from './protocol-choice.ts'

test('what worked comes first, and the upgrade is tried again now and then', () => {
  let now = 1_000
  const choice = protocolChoice(() => now)
  expect(choice.order()).toEqual(['upgrade', 'websocket'])
  choice.worked('websocket')
  expect(choice.order()).toEqual(['websocket', 'upgrade'])
  now += PROTOCOL_AGAIN_MS
  expect(choice.order()).toEqual(['upgrade', 'websocket'])
  // By one dial, not by all.
  expect(choice.order()).toEqual(['websocket', 'upgrade'])
  choice.worked('websocket')
  now += PROTOCOL_AGAIN_MS
  choice.order()
  choice.worked('upgrade')
  now += 10 * PROTOCOL_AGAIN_MS
  expect(choice.order()).toEqual(['upgrade', 'websocket'])
  expect(choice.hasWorked('upgrade')).toBe(true)
})

test('what lets in and carries nothing is left', () => {
  const choice = protocolChoice(() => 0)
  choice.worked('upgrade')
  choice.blame()
  expect(choice.order()[0]).toBe('websocket')
  choice.blame()
  expect(choice.order()[0]).toBe('upgrade')
})
