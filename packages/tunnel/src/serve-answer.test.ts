import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { never, rig } from '../test/in-memory.ts'
import { settled } from '../test/manual-clock.ts'
import type { Handling } from './serve.ts'

describe('an answer by the agent itself', () => {
  test.each<[string, Handling & { do: 'answer' }]>([
    ['a text', { do: 'answer', status: 403, headers: { 'x-a': 'b' }, body: 'no' }],
    ['bytes', { do: 'answer', status: 403, headers: { 'x-a': 'b' }, body: Buffer.from('no') }],
    ['a function', { do: 'answer', status: 403, headers: { 'x-a': 'b' }, body: async () => 'no' }],
    ['a stream', { do: 'answer', status: 403, headers: { 'x-a': 'b' }, body: async () => Readable.from(['n', 'o']) }],
  ])('may be %s, and its connection serves on', async (_, answer) => {
    const { pool, agentEnds } = rig(() => answer)
    for (let each = 0; each < 3; each += 1) {
      const response = await pool.request({ method: 'GET', path: '/-/a' }, never)
      expect(response.status).toBe(403)
      expect(response.headers['x-a']).toBe('b')
      expect(await text(response.body)).toBe('no')
      await settled()
    }
    expect(agentEnds).toHaveLength(1)
    await pool[Symbol.asyncDispose]()
  })

  test.each([
    ['of known length', 'x'.repeat(100_000)],
    ['chunked', Readable.from(['x'.repeat(60_000), 'x'.repeat(40_000)])],
  ])('gets the request’s body, %s', async (_, body) => {
    const { pool } = rig(() => ({
      do: 'answer',
      status: 200,
      body: async ({ body: sent }) => String((await text(sent)).length),
    }))
    const response = await pool.request({ method: 'POST', path: '/-/a', body }, never)
    expect(await text(response.body)).toBe('100000')
    await pool[Symbol.asyncDispose]()
  })

  test('that does not read a long body ends its connection, and says so before', async () => {
    const { pool, agentEnds } = rig(() => ({ do: 'answer', status: 413, body: 'too much' }))
    const response = await pool.request({ method: 'POST', path: '/-/a', body: 'x'.repeat(1_000_000) }, never)
    expect(response.headers.connection).toBe('close')
    expect(await text(response.body)).toBe('too much')
    await settled()
    expect(pool.stats()).toMatchObject({ idle: 0, busy: 0 })
    expect(agentEnds).toHaveLength(1)
    await pool[Symbol.asyncDispose]()
  })

  test('that fails is a 500, and one that fails half-way breaks off', async () => {
    const fails = rig(() => ({ do: 'answer', status: 200, body: () => Promise.reject(new Error('no such thing')) }))
    const failed = await fails.pool.request({ method: 'GET', path: '/-/a' }, never)
    expect(failed.status).toBe(500)
    expect(await text(failed.body)).toMatch(/no such thing/)
    await fails.pool[Symbol.asyncDispose]()

    const half = rig(() => ({
      do: 'answer',
      status: 200,
      body: async () =>
        Readable.from(
          (async function* () {
            yield 'half'
            await settled()
            throw new Error('broken')
          })(),
        ),
    }))
    const broken = await half.pool.request({ method: 'GET', path: '/-/a' }, never)
    await expect(text(broken.body)).rejects.toMatchObject({ reason: 'closed' })
    await half.pool[Symbol.asyncDispose]()
  })

  test('that streams is told when nobody wants it any more', async () => {
    let gone: AbortSignal | undefined
    let stream: Readable | undefined
    const { pool } = rig(() => ({
      do: 'answer',
      status: 200,
      body: async ({ signal }) => {
        gone = signal
        stream = new Readable({ read() {} })
        stream.push('first')
        return stream
      },
    }))
    const response = await pool.request({ method: 'POST', path: '/-/a', body: '{}' }, never)
    const [first] = await response.body.take(1).toArray()
    expect(String(first)).toBe('first')
    response.body.destroy()
    await settled()
    expect(gone?.aborted).toBe(true)
    expect(stream?.destroyed).toBe(true)
    await pool[Symbol.asyncDispose]()
  })
})
