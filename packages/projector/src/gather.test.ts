import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Gathering, gather } from './gather.ts'

type Message = { add: number[] } | { stop: string }

const gathering: Gathering<Message> = {
  size: message => ('add' in message ? message.add.length : 0),
  merge: (held, next) => ('add' in held && 'add' in next ? { add: [...held.add, ...next.add] } : null),
}

async function* from(messages: readonly Message[]) {
  yield* messages
}

const take = async (source: AsyncIterable<Message>, size: number, ms = 1000) => {
  const found: Message[] = []
  for await (const message of gather(source, { size, ms }, gathering)) found.push(message)
  return found
}

test('neighbours go together up to the size, others pass in their place', async () => {
  const source = from([{ add: [1] }, { add: [2] }, { stop: 'a' }, { add: [3] }, { add: [4, 5] }, { add: [6] }])
  expect(await take(source, 3)).toEqual([{ add: [1, 2] }, { stop: 'a' }, { add: [3, 4, 5] }, { add: [6] }])
})

test('nothing is lost, doubled or reordered, whatever comes', async () => {
  const message = fc.oneof(
    fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }).map((add): Message => ({ add })),
    fc.constant<Message>({ stop: 'x' }),
  )
  const flat = (messages: readonly Message[]) => messages.flatMap(m => ('add' in m ? m.add.map(String) : [m.stop]))
  await fc.assert(
    fc.asyncProperty(fc.array(message), fc.integer({ min: 1, max: 6 }), async (messages, size) => {
      expect(flat(await take(from(messages), size))).toEqual(flat(messages))
    }),
  )
})

test('what waits is passed on when its time has come, though nothing follows', async () => {
  const over = Promise.withResolvers<void>()
  async function* source(): AsyncGenerator<Message> {
    yield { add: [1] }
    yield { add: [2] }
    await over.promise
  }
  const messages = gather(source(), { size: 10, ms: 1 }, gathering)
  expect((await messages.next()).value).toEqual({ add: [1, 2] })
  over.resolve()
  expect((await messages.next()).done).toBe(true)
})

test('an error of the source reaches the reader, also while the reader was busy', async () => {
  async function* source(): AsyncGenerator<Message> {
    yield { stop: 'first' }
    throw new Error('broken')
  }
  const messages = gather(source(), { size: 10, ms: 1 }, gathering)
  expect((await messages.next()).value).toEqual({ stop: 'first' })
  await expect(messages.next()).rejects.toThrow('broken')
})

test('a reader that leaves ends the source', async () => {
  let ended = false
  async function* source(): AsyncGenerator<Message> {
    try {
      for (;;) yield { stop: 'x' }
    } finally {
      ended = true
    }
  }
  for await (const _ of gather(source(), { size: 10, ms: 1 }, gathering)) break
  expect(ended).toBe(true)
})
