import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KubeStatusError } from './errors.ts'
import { RETRY_AFTER_MAX_MS } from './limits.ts'
import { statusError, toStatus, watchStatusError } from './status.ts'

const forbidden = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'pods is forbidden: User "jane" cannot list resource "pods"',
  reason: 'Forbidden',
  details: { kind: 'pods' },
  code: 403,
}

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

test('an answer in the API server’s words keeps them', () => {
  const error = statusError(403, {}, bytes(forbidden))
  expect(error).toMatchObject({ status: 403, reason: 'Forbidden', retryable: false })
  expect(error.message).toBe('The API server answered 403: pods is forbidden: User "jane" cannot list resource "pods"')
})

test('a proxy’s page is told by its status and kind, without its text', () => {
  const error = statusError(
    502,
    { 'content-type': 'text/html; charset=utf-8' },
    bytes('<h1>Bad gateway to 10.1.2.3</h1>'),
  )
  expect(error).toMatchObject({ status: 502, reason: '', retryable: true })
  expect(error.message).toBe("The answer was 502 with text/html, which is not an API server's.")
})

test('overload says how long to wait, within bounds', () => {
  const wait = (headers: Record<string, string>, body: unknown) => statusError(429, headers, bytes(body)).retryAfterMs
  expect(wait({ 'retry-after': '7' }, {})).toBe(7_000)
  expect(wait({}, { kind: 'Status', details: { retryAfterSeconds: 3 } })).toBe(3_000)
  expect(wait({ 'retry-after': '999999' }, {})).toBe(RETRY_AFTER_MAX_MS)
  expect(wait({ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, {})).toBeUndefined()
  expect(wait({ 'retry-after': '-1' }, {})).toBeUndefined()
  expect(wait({}, { kind: 'Status', details: { retryAfterSeconds: '3' } })).toBeUndefined()
})

test('which answers are worth another try', () => {
  const retryable = [400, 401, 403, 404, 409, 410, 422, 429, 500, 501, 502, 503, 504].filter(
    status => new KubeStatusError(status, '', '').retryable,
  )
  expect(retryable).toEqual([429, 500, 502, 503, 504])
})

test('a Status within a watch', () => {
  const error = watchStatusError({
    ...forbidden,
    code: 410,
    reason: 'Expired',
    message: 'too old resource version: 1 (9)',
  })
  expect(error).toMatchObject({ status: 410, reason: 'Expired' })
  expect(watchStatusError({}).status).toBe(500)
  expect(watchStatusError(null).message).toBe('The watch ended: without a reason')
})

test('whatever comes as a Status is read as far as its types hold', () => {
  const odd = fc.dictionary(
    fc.constantFrom('kind', 'code', 'reason', 'message', 'details', '__proto__', 'toString'),
    fc.oneof(
      fc.jsonValue(),
      fc.constant('Status'),
      fc.record({ retryAfterSeconds: fc.oneof(fc.double(), fc.string()) }),
    ),
  )
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), odd), value => {
      const status = toStatus(value)
      if (status === null) return
      expect(status.code === null || Number.isInteger(status.code)).toBe(true)
      expect(typeof status.reason + typeof status.message).toBe('stringstring')
      expect(status.message.length).toBeLessThanOrEqual(1024)
      expect(status.retryAfterSeconds === null || status.retryAfterSeconds >= 0).toBe(true)
    }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 400, max: 599 }),
      fc.uint8Array({ maxLength: 64 }),
      fc.string(),
      (code, body, header) => {
        const error = statusError(code, { 'retry-after': header, 'content-type': header }, body)
        expect(error.status).toBe(code)
        expect(error.message).not.toBe('')
        expect(error.retryAfterMs ?? 1).toBeGreaterThan(0)
      },
    ),
  )
})
