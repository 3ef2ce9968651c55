import { describe, expect, test } from 'vitest'
import { Queue } from './queue.ts'

describe('the queue for the one connection', () => {
  test('lets one in at a time, in the order of asking', async () => {
    const queue = new Queue()
    const order: number[] = []
    let inside = 0
    await Promise.all(
      [1, 2, 3, 4].map(async n => {
        await queue.acquire()
        expect(++inside).toBe(1)
        await Promise.resolve()
        order.push(n)
        inside--
        queue.release()
      }),
    )
    expect(order).toEqual([1, 2, 3, 4])
  })

  test('tells a transaction that waits for itself', async () => {
    const queue = new Queue(10)
    await queue.acquire()
    await expect(queue.acquire()).rejects.toMatchObject({ code: 'database_busy' })
    expect(queue.waiting).toBe(0)
    queue.release()
    await queue.acquire()
  })

  test('fails everyone once it is stopped', async () => {
    const queue = new Queue()
    await queue.acquire()
    const waiting = queue.acquire()
    queue.stop(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    await expect(queue.acquire()).rejects.toThrow('gone')
  })
})
