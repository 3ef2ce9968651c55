import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { type LinkEnd, openLink } from './link.ts'

/** ms; times of a link that a test can wait for. The second look adds its second. */
const SILENCE = 400
const STOOD_STILL = 1_500

/** Pings in a thread of its own, so that it goes on while this one stands still. */
const peer = `
  const { workerData, parentPort } = require('node:worker_threads')
  const socket = require('node:net').connect(workerData, '127.0.0.1')
  socket.on('error', () => {})
  const pings = setInterval(() => socket.write('{"type":"ping"}\\n'), 50)
  parentPort.on('message', () => clearInterval(pings))
`

test('a process that stood still does not take that for the silence of others', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const worker = new Worker(peer, { eval: true, workerData: (server.address() as AddressInfo).port })
  const [socket] = (await once(server, 'connection')) as [Socket]
  const link = openLink(socket, { receive: () => {}, pingMs: 50, silenceMs: SILENCE })
  try {
    let ended: LinkEnd | null = null
    void link.ended.then(why => {
      ended = why
    })
    await once(socket, 'data')
    // What it sleeps on is its own, and nobody wakes it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STOOD_STILL)
    await eventually(() => expect(link.silentMs()).toBeLessThan(SILENCE), { within: 5_000 })
    expect(ended).toBeNull()
    worker.postMessage('be silent')
    expect(await link.ended).toBe('silent')
  } finally {
    link[Symbol.dispose]()
    await worker.terminate()
    server.close()
  }
})
