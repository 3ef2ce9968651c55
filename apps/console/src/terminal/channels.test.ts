import { POD_CHANNELS } from '@moorage/contract/terminal.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frame, readEnd, readFrame, resizeFrame } from './channels.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const status = (value: unknown) => readEnd(JSON.stringify(value))

test('a message begins with its channel', () => {
  expect([...frame(POD_CHANNELS.stdin, bytes('ls\r'))]).toEqual([0, 108, 115, 13])
  expect(new TextDecoder().decode(resizeFrame(120, 40))).toBe('\u0004{"Width":120,"Height":40}')
})

test('output of both streams is shown, empty messages and unknown channels are not', () => {
  expect(readFrame(frame(POD_CHANNELS.stdout, bytes('a')))).toEqual({ kind: 'output', bytes: bytes('a') })
  expect(readFrame(frame(2, bytes('b')))).toEqual({ kind: 'output', bytes: bytes('b') })
  for (const message of [[], [POD_CHANNELS.stdout], [255, 0], [77, 1]])
    expect(readFrame(Uint8Array.from(message))).toEqual({ kind: 'nothing' })
})

test('the end is told in its own words', () => {
  expect(status({ status: 'Success' })).toEqual({ kind: 'exited', code: 0 })
  const causes = [{ reason: 'Other' }, { reason: 'ExitCode', message: '137' }]
  expect(status({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes } })).toEqual({
    kind: 'exited',
    code: 137,
  })
  expect(status({ status: 'Failure', reason: 'InternalError', message: 'no such file: "bash"' })).toEqual({
    kind: 'failed',
    message: 'no such file: "bash"',
  })
  // Without a code it is no exit that could be shown as one.
  expect(status({ status: 'Failure', reason: 'NonZeroExitCode', message: 'odd' })).toMatchObject({ kind: 'failed' })
})

test('whatever comes, it is read without failing', () => {
  fc.assert(fc.property(fc.uint8Array(), message => void readFrame(message)))
  fc.assert(fc.property(fc.json(), text => void readEnd(text)))
  for (const text of ['', 'null', '[]', '{"details":{"causes":[null]}}', '{"message":7}'])
    expect(readEnd(text)).toEqual({ kind: 'failed', message: 'The cluster did not say why.' })
})
