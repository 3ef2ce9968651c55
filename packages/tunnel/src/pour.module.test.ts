import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { pour } from './pour.ts'

const SIZE = 8 * 1024 * 1024
const shaOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const listening = async (handle: RequestListener): Promise<number> => {
  const server = http.createServer(handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const ask = async (port: number, path: string, agent?: http.Agent): Promise<IncomingMessage> => {
  const request = http.get({ host: '127.0.0.1', port, path, ...(agent && { agent }) })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  return answer
}

test('bodies of either framing go from socket to socket unchanged, one after the other on one connection', async () => {
  const bytes = randomBytes(SIZE)
  const origin = await listening((request, response) => {
    if (request.url === '/length') response.setHeader('content-length', SIZE)
    for (let at = 0; at < SIZE; at += 100_000) response.write(bytes.subarray(at, at + 100_000))
    response.end()
  })
  const front = await listening(async (request, response) => {
    const answer = await ask(origin, request.url as string)
    const length = answer.headers['content-length']
    if (length !== undefined) response.setHeader('content-length', length)
    pour(answer, response)
  })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  for (const path of ['/length', '/chunked', '/length', '/chunked']) {
    const answer = await ask(front, path, agent)
    expect(shaOf(await buffer(answer))).toBe(shaOf(bytes))
  }
})

test('what comes in the turn in which the body ends is before the end', async () => {
  const bytes = randomBytes(64 * 1024)
  const front = await listening((_request, response) => {
    const body = new Readable({ read() {} })
    for (const piece of [bytes.subarray(0, 32 * 1024), bytes.subarray(32 * 1024), null]) body.push(piece)
    pour(body, response)
  })
  for (let i = 0; i < 3; i += 1) expect(shaOf(await buffer(await ask(front, '/')))).toBe(shaOf(bytes))
})
