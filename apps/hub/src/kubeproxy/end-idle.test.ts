import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { endIdle } from './end-idle.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what passes either way keeps a session, silence ends it, and an end is the end', () => {
  const ended = vi.fn()
  const [client, member] = [new PassThrough(), new PassThrough()]
  const idle = endIdle(60_000, [client, member], ended)
  for (const end of [client, member]) {
    vi.advanceTimersByTime(59_000)
    end.emit('data', Buffer.of(1))
  }
  vi.advanceTimersByTime(59_000)
  expect(ended).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(ended).toHaveBeenCalledExactlyOnceWith('Nothing passed for 60 s.')
  idle[Symbol.dispose]()
  client.emit('data', Buffer.of(1))
  vi.advanceTimersByTime(120_000)
  expect(ended).toHaveBeenCalledOnce()
})

test('a session without a limit is never ended', () => {
  const ended = vi.fn()
  using _idle = endIdle(undefined, [], ended)
  vi.advanceTimersByTime(86_400_000)
  expect(ended).not.toHaveBeenCalled()
})
