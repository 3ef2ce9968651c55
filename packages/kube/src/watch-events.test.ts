import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerError, KubeStatusError } from './errors.ts'
import { parseWatchLine } from './watch-events.ts'

const line = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

test('a change comes without what nobody reads', () => {
  const metadata = {
    name: 'a',
    resourceVersion: '7',
    annotations: { mine: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    managedFields: [{ manager: 'kubectl' }],
  }
  expect(parseWatchLine(line({ type: 'ADDED', object: { kind: 'Pod', metadata } }))).toEqual({
    type: 'ADDED',
    object: { kind: 'Pod', metadata: { name: 'a', resourceVersion: '7', annotations: { mine: 'x' } } },
  })
})

test('a bookmark is its version', () => {
  const bookmark = { type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: '9' } } }
  expect(parseWatchLine(line(bookmark))).toEqual({ type: 'BOOKMARK', resourceVersion: '9' })
})

test('an error is a Status', () => {
  const event = parseWatchLine(line({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }))
  expect(event?.type === 'ERROR' && event.error).toBeInstanceOf(KubeStatusError)
})

test('an unknown kind of event is passed over', () => {
  expect(parseWatchLine(line({ type: 'SOMETHING', object: {} }))).toBeNull()
})

test('a broken line is refused without being quoted', () => {
  const broken = [
    '{"type":"ADDED","object":{"secret":"sesame',
    'null',
    '7',
    '[]x',
    '{"type":"ADDED"}',
    '{"type":"ADDED","object":{"metadata":{"resourceVersion":7}}}',
  ]
  for (const text of broken) {
    let error: unknown = null
    try {
      parseWatchLine(line(text))
    } catch (thrown) {
      error = thrown
    }
    expect(error, text).toBeInstanceOf(AnswerError)
    expect(String(error)).not.toContain('sesame')
  }
})

test('no line brings anything but an event or a refusal', () => {
  const event = fc.record({
    type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR', 'X', 7, null),
    object: fc.oneof(
      fc.jsonValue(),
      fc.record({
        metadata: fc.oneof(fc.jsonValue(), fc.record({ resourceVersion: fc.jsonValue(), annotations: fc.jsonValue() })),
      }),
    ),
  })
  fc.assert(
    fc.property(fc.oneof(event.map(line), fc.uint8Array(), fc.json().map(line)), bytes => {
      try {
        parseWatchLine(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(AnswerError)
      }
    }),
  )
})
