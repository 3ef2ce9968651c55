import { expect, test } from 'vitest'
import { patiently } from './patience.ts'

const { signal } = new AbortController()

function asking(...answers: [status: number, retryAfter?: string | undefined][]) {
  const waits: number[] = []
  let asked = 0
  const send = async () => {
    const [status, after] = answers[Math.min(asked, answers.length - 1)] ?? [500]
    asked += 1
    return new Response('body', { status, headers: after === undefined ? {} : { 'retry-after': after } })
  }
  const wait = async (ms: number) => void waits.push(ms)
  return { waits, asked: () => asked, answer: patiently(send, signal, wait) }
}

test('waits as long as the hub asks to, and asks again', async () => {
  const { waits, answer } = asking([429, '2'], [429, '1'], [200])
  expect((await answer).status).toBe(200)
  expect(waits).toEqual([2_000, 1_000])
})

test('gives up after some times', async () => {
  const { waits, asked, answer } = asking([429, '1'])
  expect((await answer).status).toBe(429)
  expect([waits.length, asked()]).toEqual([3, 4])
})

test.each<[number, string?]>([[429, '11'], [429, 'soon'], [429], [503, '1'], [200, '1']])(
  'asks once where it answers %i and Retry-After %s',
  async (status, after) => {
    const { waits, answer } = asking([status, after])
    expect((await answer).status).toBe(status)
    expect(waits).toEqual([])
  },
)

test('ends with the command', async () => {
  const stop = new AbortController()
  const send = async () => new Response('', { status: 429, headers: { 'retry-after': '10' } })
  const waiting = patiently(send, stop.signal)
  stop.abort(new Error('Ctrl-C'))
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})
