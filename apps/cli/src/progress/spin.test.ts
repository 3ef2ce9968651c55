import { expect, test } from 'vitest'
import { note } from '../io.ts'
import { testIo } from '../test-io.ts'
import { live } from './live.ts'
import { spin } from './spin.ts'

/** What a terminal shows after these bytes: only line ends, "one up" and "clear line" are understood. */
function screenAfter(bytes: string): string[] {
  const lines = ['']
  for (const [part] of bytes.replace(/\x1b\[\?25[lh]/g, '').matchAll(/\x1b\[1A|\x1b\[2K|\n|[^\x1b\n]+/g)) {
    if (part === '\n') lines.push('')
    else if (part === '\x1b[1A') lines.pop()
    else if (part === '\x1b[2K') lines[lines.length - 1] = ''
    else lines[lines.length - 1] += part
  }
  return lines.filter(Boolean)
}

test('drawn lines replace each other, and what is printed above them stays', () => {
  const { io, err } = testIo({ columns: 40 })
  const line = live(io.stderr)
  line.draw(['one', 'two'])
  line.draw(['three'])
  line.above(() => note(io, 'stays'))
  expect(screenAfter(err())).toEqual(['stays'])
  line.draw(['four'])
  expect(screenAfter(err())).toEqual(['stays', 'four'])
  line.end()
  expect(screenAfter(err())).toEqual(['stays'])
  expect(err().endsWith('\x1b[?25h')).toBe(true)
})

test('a line never wraps, as it could not be taken back then', () => {
  const { io, err } = testIo({ columns: 20 })
  live(io.stderr).draw(['x'.repeat(50)])
  expect(Math.max(...screenAfter(err()).map(line => line.length))).toBeLessThan(20)
})

test('nothing is drawn where there is no terminal', async () => {
  const { io, err } = testIo()
  live(io.stderr).draw(['one'])
  expect(
    await spin(io, 'Working', async ({ above, update }) => {
      update('more')
      above(() => note(io, 'done'))
      return 1
    }),
  ).toBe(1)
  expect(err()).toBe('done\n')
})

test('work that is done at once shows no spinner', async () => {
  const { io, err } = testIo({ columns: 40 })
  await spin(io, 'Working', async () => {})
  expect(err()).toBe('')
})
