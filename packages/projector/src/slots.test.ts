import { expect, test } from 'vitest'
import { slots } from './slots.ts'

const never = new AbortController().signal

test('no more than the slots at once, in the order of asking', async () => {
  const some = slots(2)
  const got: string[] = []
  const ask = (name: string) => some.take(never).then(() => got.push(name))
  await Promise.all([ask('a'), ask('b')])
  const waiting = [ask('c'), ask('d')]
  expect(got).toEqual(['a', 'b'])
  some.release()
  some.release()
  await Promise.all(waiting)
  expect(got).toEqual(['a', 'b', 'c', 'd'])
})

test('one that gives up waiting takes no slot with it', async () => {
  const some = slots(1)
  await some.take(never)
  const leaving = new AbortController()
  const left = some.take(leaving.signal)
  const stays = some.take(never)
  leaving.abort(new Error('no longer'))
  await expect(left).rejects.toThrow('no longer')
  some.release()
  await stays
})
