import { type Duplex, duplexPair } from 'node:stream'
import { expect, test } from 'vitest'
import { ManualClock, settled } from '../test/manual-clock.ts'
import { type DiallingOptions, keepDialled } from './dialling.ts'

interface Dial {
  signal: AbortSignal
  succeed(): Promise<{ socket: Duplex; inUse(busy: boolean): void }>
  fail(retryAfterMs?: number): Promise<void>
}

const dialled = (options: Partial<DiallingOptions> = {}) => {
  const clock = new ManualClock()
  const dials: Dial[] = []
  const serving = new Map<Duplex, (busy: boolean) => void>()
  const dialling = keepDialled({
    dial: signal =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
        dials.push({
          signal,
          succeed: async () => {
            const [socket] = duplexPair()
            resolve(socket)
            await settled()
            return { socket, inUse: busy => serving.get(socket)?.(busy) }
          },
          fail: async retryAfterMs => {
            reject(Object.assign(new Error('refused'), { retryAfterMs }))
            await settled()
          },
        })
      }),
    serve: (socket, inUse) => {
      serving.set(socket, inUse)
      return new Promise(resolve => socket.once('close', () => resolve()))
    },
    spares: 2,
    max: 5,
    backOff: { minMs: 100, maxMs: 1_000 },
    random: () => 0.5,
    signal: new AbortController().signal,
    log: () => {},
    clock,
    ...options,
  })
  return { dialling, dials, clock }
}

test('the spares are dialled at once, and one more for each that comes into use', async () => {
  const { dialling, dials } = dialled()
  expect(dials).toHaveLength(2)
  const first = await dials[0]?.succeed()
  await dials[1]?.succeed()
  expect(dialling.stats()).toEqual({ idle: 2, busy: 0, dialling: 0 })
  first?.inUse(true)
  expect(dialling.stats()).toEqual({ idle: 1, busy: 1, dialling: 1 })
  await dials[2]?.succeed()
  first?.inUse(false)
  expect(dialling.stats()).toEqual({ idle: 3, busy: 0, dialling: 0 })
  await dialling[Symbol.asyncDispose]()
})

test('what the hub wants is dialled at once, within the bounds', async () => {
  const { dialling, dials } = dialled()
  await dials[0]?.succeed()
  await dials[1]?.succeed()
  dialling.want(2)
  expect(dials).toHaveLength(4)
  dialling.want(1_000_000)
  dialling.want(-1)
  dialling.want(Number.NaN)
  expect(dials).toHaveLength(5)
  for (const dial of dials.slice(2)) await dial.succeed()
  dialling.want(1)
  expect(dials).toHaveLength(5)
  await dialling[Symbol.asyncDispose]()
})

test('failures back off, ever longer, one try at a time; a success that lasts ends that', async () => {
  const { dialling, dials, clock } = dialled()
  await dials[0]?.fail()
  await dials[1]?.fail()
  expect(dials).toHaveLength(2)
  for (const [index, wait] of [50, 100, 200, 400, 500, 500].entries()) {
    await clock.go(wait - 1)
    expect(dials).toHaveLength(2 + index)
    await clock.go(1)
    expect(dials).toHaveLength(3 + index)
    if (index < 5) await dials.at(-1)?.fail()
  }
  await dials.at(-1)?.succeed()
  await dials.at(-1)?.succeed()
  await clock.go(1_000)
  expect(dialling.stats().idle).toBe(2)
  const before = dials.length
  dialling.want(2)
  expect(dials).toHaveLength(before + 2)
  await dialling[Symbol.asyncDispose]()
})

test('a hub that takes connections and ends them is not dialled without pause', async () => {
  const { dialling, dials, clock } = dialled()
  for (const dial of dials.slice(0, 2)) (await dial.succeed()).socket.destroy()
  await settled()
  expect(dialling.stats()).toEqual({ idle: 0, busy: 0, dialling: 0 })
  await clock.go(50)
  expect(dials).toHaveLength(3)
  await dialling[Symbol.asyncDispose]()
})

test('a connection that was in use and ended is replaced at once', async () => {
  const { dialling, dials } = dialled()
  const first = await dials[0]?.succeed()
  await dials[1]?.succeed()
  first?.inUse(true)
  await dials[2]?.succeed()
  first?.inUse(false)
  first?.inUse(true)
  first?.socket.destroy()
  await settled()
  expect(dialling.stats()).toEqual({ idle: 2, busy: 0, dialling: 0 })
  await dialling[Symbol.asyncDispose]()
})

test('a redial ends everything and begins anew, without waiting for a back-off', async () => {
  const { dialling, dials } = dialled()
  const first = await dials[0]?.succeed()
  await dials[1]?.fail()
  dialling.redial()
  await settled()
  expect(first?.socket.destroyed).toBe(true)
  expect(dialling.stats()).toEqual({ idle: 0, busy: 0, dialling: 2 })
  await dialling[Symbol.asyncDispose]()
})

test('disposing gives up what is being dialled, ends the rest, and leaves no timer', async () => {
  const stop = new AbortController()
  const { dialling, dials, clock } = dialled({ signal: stop.signal })
  const first = await dials[0]?.succeed()
  await dialling[Symbol.asyncDispose]()
  expect(first?.socket.destroyed).toBe(true)
  expect(dials[1]?.signal.aborted).toBe(true)
  expect(clock.waiting).toBe(0)
  expect(dialling.stats()).toEqual({ idle: 0, busy: 0, dialling: 0 })
})

test('a signal does the same', async () => {
  const stop = new AbortController()
  const { dials } = dialled({ signal: stop.signal })
  const first = await dials[0]?.succeed()
  stop.abort()
  expect(first?.socket.destroyed).toBe(true)
})

test('connections whose other end goes are left as they are, and as many as should be idle are dialled anew', async () => {
  const { dialling, dials, clock } = dialled()
  const [first, second] = [await dials[0]?.succeed(), await dials[1]?.succeed()]
  first?.inUse(true)
  await dials[2]?.succeed()
  dialling.renew()
  expect(dials).toHaveLength(5)
  expect(dialling.stats()).toEqual({ idle: 0, busy: 3, dialling: 2 })
  expect(first?.socket.destroyed).toBe(false)
  // One that comes to the same end again is no reason to stop.
  await dials[3]?.fail()
  await dials[4]?.succeed()
  await clock.go(1_000)
  expect(dials.length).toBeGreaterThan(5)
  await dials[5]?.succeed()
  expect(dialling.stats()).toEqual({ idle: 2, busy: 3, dialling: 0 })
  second?.socket.destroy()
  first?.socket.destroy()
  await settled()
  expect(dialling.stats()).toEqual({ idle: 2, busy: 1, dialling: 0 })
  await dialling[Symbol.asyncDispose]()
})

test('who leaves dials no more, and waits for the other end', async () => {
  const { dialling, dials } = dialled()
  const one = await dials[0]?.succeed()
  let left = false
  const leaving = dialling.leave().then(() => {
    left = true
  })
  expect(dials[1]?.signal.aborted).toBe(true)
  await settled()
  expect(one?.socket.destroyed).toBe(false)
  dialling.want(3)
  dialling.redial()
  expect(dials).toHaveLength(2)
  expect(left).toBe(false)
  one?.socket.destroy()
  await leaving
  expect(dials).toHaveLength(2)
  await dialling[Symbol.asyncDispose]()
})

test.each([
  [5_000, 5_000, 7_500],
  // Whoever asks for more than a minute gets no more.
  [3_600_000, 60_000, 90_000],
])(
  'a hub that asks to wait for %i ms is not dialled for %i ms, and then not by all at once',
  async (asked, least, until) => {
    const { dialling, dials, clock } = dialled({ spares: 1 })
    await dials[0]?.fail(asked)
    await clock.go(least)
    expect(dials).toHaveLength(1)
    await clock.go(until - least)
    expect(dials).toHaveLength(2)
    await dialling[Symbol.asyncDispose]()
  },
)
