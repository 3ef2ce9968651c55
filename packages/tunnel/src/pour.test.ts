import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BODY_WAITING_BYTES } from './limits.ts'
import { pour } from './pour.ts'

test('a whole body ends what it goes out on', async () => {
  const out = new PassThrough()
  pour(Readable.from([Buffer.from('one '), Buffer.from('two')]), out)
  expect((await buffer(out)).toString()).toBe('one two')
})

test('the end can be said in another way', async () => {
  const out = new PassThrough()
  pour(Readable.from([Buffer.from('body')]), out, () => out.end(' and more'))
  expect((await buffer(out)).toString()).toBe('body and more')
})

test('a body that breaks off does not look whole', async () => {
  const body = new PassThrough()
  const out = new PassThrough()
  pour(body, out)
  let ended = false
  out.resume().once('end', () => {
    ended = true
  })
  body.write('half')
  await turn()
  body.on('error', () => {})
  body.destroy(new Error('cut'))
  await once(out, 'close')
  expect(ended).toBe(false)
})

test.each(['before', 'after'])('a reader who leaves %s it began ends the body', async when => {
  const body = new PassThrough()
  const out = new PassThrough()
  if (when === 'before') out.destroy()
  pour(body, out)
  out.destroy()
  if (!body.closed) await once(body, 'close')
  expect(body.destroyed).toBe(true)
})

test('a reader who stops reading stops the body', async () => {
  const piece = Buffer.alloc(BODY_WAITING_BYTES, 'x')
  let given = 0
  const body = new Readable({
    read() {
      given += 1
      this.push(given > 100 ? null : piece)
    },
  })
  const out = new PassThrough()
  pour(body, out)
  for (let turns = 0; turns < 50; turns += 1) await turn()
  // One or two in each of the four buffers on the way: the body's, and both sides of what it goes out on.
  expect(given).toBeLessThan(10)
  expect((await buffer(out)).length).toBe(100 * piece.length)
})
