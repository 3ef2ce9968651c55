import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { freePort } from '@moorage/testkit/ports.ts'
import { expect, test } from 'vitest'
import { startTestApi } from './fixtures/started-api.ts'

/** One request on a connection of its own; null where nobody listens. */
async function ask(port: number, path: string): Promise<string | null> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(5_000) })
  } catch {
    return null
  }
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  const answer = await Promise.race([text(socket), once(AbortSignal.timeout(10_000), 'abort').then(() => '')])
  socket.destroy()
  return /^HTTP\/1.1 (\d+)/.exec(answer)?.[1] ?? 'no answer'
}

test('whoever comes as soon as the hub listens is answered', async () => {
  const port = await freePort()
  const answers: string[] = []
  let started = false
  const coming = (async () => {
    while (!started || answers.length === 0) {
      const answer = await ask(port, '/livez')
      if (answer !== null) answers.push(answer)
    }
  })()
  await using _api = await startTestApi({ port })
  started = true
  await coming
  expect(new Set(answers)).toEqual(new Set(['200']))
})

test('a hub that is told to stop is not ready for a while, and answers all the same', async () => {
  const delay = 1_500
  const port = await freePort()
  const api = await startTestApi({ port, drainDelayMs: delay })
  expect(await ask(port, '/readyz')).toBe('200')
  const began = performance.now()
  const stopped = api.stop()
  expect([await ask(port, '/readyz'), await ask(port, '/livez')]).toEqual(['503', '200'])
  await stopped
  expect(performance.now() - began).toBeGreaterThanOrEqual(delay - 50)
  expect(await ask(port, '/livez')).toBeNull()
  await api[Symbol.asyncDispose]()
})
