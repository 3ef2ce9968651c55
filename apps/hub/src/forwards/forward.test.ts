import { expect, test } from 'vitest'
import { DeliveryError, whyFailed } from './delivery.ts'
import { gapsBefore, retryInMs } from './forward.ts'
import { retryAfterMs, signature } from './post.ts'

const row = (seq: number, format = 2) => ({ seq, format })

test('lines that are not there any more are a gap', () => {
  expect(gapsBefore(0, [row(1), row(2)])).toEqual([])
  expect(gapsBefore(4, [row(8), row(9)])).toEqual([[5, 7]])
  expect(gapsBefore(4, [row(5), row(8)])).toEqual([[6, 7]])
  expect(gapsBefore(4, [row(8, 1)])).toEqual([])
})

test('waits grow to a minute, and are as long as the target asks for', () => {
  expect([1, 2, 3, 99].map(failures => retryInMs(failures, 1, 0))).toEqual([1_000, 2_000, 4_000, 60_000])
  expect(retryInMs(99, 0, 0)).toBe(30_000)
  expect(retryInMs(1, 0, 90_000)).toBe(90_000)
})

test('what a target asks for is bounded, and read in both ways', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  expect(retryAfterMs('7', now)).toBe(7_000)
  expect(retryAfterMs('Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9_000)
  expect(retryAfterMs('999999999', now)).toBe(300_000)
  for (const nonsense of [undefined, 'soon', '-5', ['1']]) expect(retryAfterMs(nonsense, now)).toBe(0)
})

test('a signature is that of the time and the body', () => {
  // echo -n '1700000000.{}' | openssl dgst -sha256 -hmac key-of-sixteen-b
  expect(signature('key-of-sixteen-b', 1_700_000_000, '{}')).toMatch(/^t=1700000000,v1=[0-9a-f]{64}$/)
  expect(signature('key-of-sixteen-b', 1_700_000_000, '{}')).not.toBe(
    signature('key-of-sixteen-b', 1_700_000_001, '{}'),
  )
})

test('why it failed has no secret in it, and no control characters', () => {
  const cause = new Error('bad header "Bearer s3cret"\r\n\u001b[2J and ?q=1')
  const why = whyFailed(new DeliveryError('It can not be reached', { cause }), {
    headers: { authorization: 'Bearer s3cret' },
    query: '?q=1',
  })
  expect(why).toBe('It can not be reached: bad header "[sealed]" [2J and [sealed].')
})
