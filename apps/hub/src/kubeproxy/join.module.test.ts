import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { join } from './join.ts'

let server: Server
const accepted: Socket[] = []
beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }, socket => accepted.push(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  for (const socket of accepted) socket.destroy()
  server.close()
})

/** Both ends of a connection: the far one as a client or member has it, the near one as the hub has it. */
async function pair(): Promise<{ far: Socket; near: Socket }> {
  const { port } = server.address() as { port: number }
  const connected = once(server, 'connection')
  const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  far.on('error', () => {})
  const [near] = (await connected) as [Socket]
  return { far, near }
}

const bytesOf = async (socket: Socket) => {
  let count = 0
  socket.on('data', chunk => {
    count += chunk.length
  })
  await once(socket, 'end')
  return count
}

describe.each([true, false])('recorded: %s', recorded => {
  const between = () => (recorded ? { fromClient: new PassThrough(), fromMember: new PassThrough() } : null)

  test('all that a member sent before it closed arrives, whatever the client still sends', async () => {
    const [client, member] = [await pair(), await pair()]
    const over = join(client.near, member.near, between())
    const sending = setInterval(() => client.far.write('x'), 1)
    const got = bytesOf(client.far)
    member.far.resume()
    member.far.end(Buffer.alloc(5_000_000, 'y'))
    expect(await got).toBe(5_000_000)
    clearInterval(sending)
    client.far.end()
    await over
    expect([client.near.destroyed, member.near.destroyed]).toEqual([true, true])
  })

  test('a client that has said all still hears the rest', async () => {
    const [client, member] = [await pair(), await pair()]
    const over = join(client.near, member.near, between())
    client.far.end('all')
    const got = bytesOf(client.far)
    expect(await bytesOf(member.far)).toBe(3)
    member.far.end(Buffer.alloc(1_000_000))
    expect(await got).toBe(1_000_000)
    await over
  })

  test.each(['client', 'member'] as const)('a %s that breaks off ends the other', async which => {
    const ends = { client: await pair(), member: await pair() }
    const over = join(ends.client.near, ends.member.near, between())
    const other = ends[which === 'client' ? 'member' : 'client'].far
    const closed = once(other, 'close')
    other.resume()
    other.once('end', () => other.end())
    ends[which].far.resetAndDestroy()
    await Promise.all([over, closed])
  })
})
