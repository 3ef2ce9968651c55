import { expect, test } from 'vitest'
import { STREAM_BYTES } from '../limits.ts'
import { lineStream } from './line-stream.ts'

const turn = () => new Promise<void>(resolve => setImmediate(resolve))
const big = 'x'.repeat(STREAM_BYTES)

test('nothing is written faster than it is read, and nothing is lost or mixed', async () => {
  const stream = lineStream()
  let written = 0
  const writes = Array.from({ length: 10 }, (_, index) => stream.write({ index, big }).then(() => (written += 1)))
  await turn()
  // Nobody reads yet: what is in the buffer is all that was turned into text.
  expect(written).toBeLessThanOrEqual(2)
  expect(stream.readable.readableLength).toBeLessThan(3 * STREAM_BYTES)
  let text = ''
  stream.readable.on('data', chunk => {
    text += chunk
  })
  await Promise.all(writes)
  stream.end()
  await new Promise(resolve => stream.readable.once('close', resolve))
  const lines = text.trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a reader that goes away fails whoever waits to write', async () => {
  const stream = lineStream()
  const writes = Array.from({ length: 4 }, () => stream.write({ big }))
  const settled = Promise.allSettled(writes)
  await turn()
  stream.readable.destroy()
  expect((await settled).map(({ status }) => status)).toContain('rejected')
  await expect(stream.write({})).rejects.toThrow('gone away')
  stream.beat()
  stream.end()
})

test('a beat is an empty line, and only where nothing waits to be read', async () => {
  const stream = lineStream()
  stream.beat()
  expect(stream.readable.read()?.toString()).toBe('\n')
  await stream.write({ big })
  stream.beat()
  expect(stream.readable.read()?.toString().endsWith('}\n')).toBe(true)
})
