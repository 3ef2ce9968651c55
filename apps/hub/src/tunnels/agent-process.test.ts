import { duplexPair } from 'node:stream'
import { systemClock } from '@moorage/tunnel/clock.ts'
import { type Link, openLink } from '@moorage/tunnel/link.ts'
import { serveConnection } from '@moorage/tunnel/serve.ts'
import { expect, test } from 'vitest'
import { AgentProcess, type Ending } from './agent-process.ts'
import { WORDS_BURST } from './limits.ts'

const hello = (version: string) => ({
  type: 'hello',
  version,
  mode: 'full',
  namespace: 'moorage-system',
  pod: 'pod-a',
  proxied: false,
  spares: 4,
})

test('an agent that goes on and on is cut off before it has filled anything', async () => {
  const over = Promise.withResolvers<Ending>()
  let greetings = 0
  let notes = 0
  const one = new AgentProcess(
    {
      who: { clusterId: 'c', agent: 'pod-a', address: null },
      keyId: 'key',
      welcome: { replica: 'one', hubVersion: '0.1.0' },
      clock: systemClock,
      leaving: () => {},
      greeted: () => {
        greetings += 1
      },
      restarted: () => {},
      returned: () => {},
      noted: () => {
        notes += 1
      },
      caused: () => {},
      ended: over.resolve,
    },
    new Date(),
  )
  const [here, there] = duplexPair()
  const linked = Promise.withResolvers<Link>()
  void serveConnection(there, () => ({
    do: 'upgrade',
    protocol: 'moorage-link',
    take: socket => linked.resolve(openLink(socket, { receive: () => {} })),
  }))
  expect(one.accept(here)).toBe(true)
  const link = await linked.promise
  for (let n = 0; n < 2_000; n += 1) {
    link.send(hello(`0.1.${n}`))
    const note = { type: 'note', text: 'x'.repeat(100) }
    link.send(note)
  }
  expect((await over.promise).reason).toBe('SaysTooMuch')
  expect(greetings + notes).toBeLessThanOrEqual(WORDS_BURST + 1)
  link[Symbol.dispose]()
})
