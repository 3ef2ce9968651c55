import type { ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { sendEvents } from './events.ts'

test('a stream that is over does not wait for a client that does not read', async () => {
  const unread = new Writable({ highWaterMark: 1, write() {} })
  const response = Object.assign(unread, { writeHead() {} }) as unknown as ServerResponse
  const stop = new AbortController()
  const events = (async function* () {
    yield { n: 1 }
  })()
  const sending = sendEvents(response, events, { signal: stop.signal, ping: () => ({}), pingMs: 60_000 })
  stop.abort()
  await sending
  expect(response.destroyed).toBe(true)
})
