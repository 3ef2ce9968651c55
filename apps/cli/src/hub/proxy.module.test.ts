import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

const NAME = 'https://hub.invalid' // known to the proxy alone
let hub: TestHub
beforeAll(async () => {
  hub = await testHub({ publicUrl: NAME })
})
afterAll(async () => hub?.[Symbol.asyncDispose]())

/** A proxy that takes every CONNECT to the hub, or answers all of them with a status of its own. */
async function proxy(refuseWith?: string) {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createServer().on('connect', ({ url, headers }, client: Socket) => {
    asked.push(`${url} ${headers['proxy-authorization'] ?? '-'}`)
    if (refuseWith !== undefined) return client.end(`HTTP/1.1 ${refuseWith}\r\ncontent-length: 0\r\n\r\n`)
    const up = connect(Number(new URL(hub.address).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      up.pipe(client).pipe(up)
    })
    for (const socket of [client as Socket, up]) {
      open.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          client.destroy()
          up.destroy()
        })
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

test('sign-in by fingerprint and what follows go by the proxy, with its password', async () => {
  await using way = await proxy()
  const env = { HTTPS_PROXY: `http://me:planted@${way.address}` }
  const at = { cwd: hub.dir, home: hub.dir, env }
  const login = await runCli(['login', NAME, '--token', hub.token, '--ca-fingerprint', hub.fingerprint], at)
  expect(login).toMatchObject({ code: 0, err: '' })
  expect((await runCli(['cluster', 'list', '-o', 'name'], at)).code).toBe(0)
  expect(new Set(way.asked)).toEqual(new Set([`hub.invalid:443 Basic ${Buffer.from('me:planted').toString('base64')}`]))
  const exempt = await runCli(['whoami'], { ...at, env: { ...env, NO_PROXY: 'hub.invalid' } })
  expect(exempt.code).toBe(6)
  expect(exempt.err).toContain('The name "hub.invalid" of the hub could not be looked up')
})

test('a proxy that refuses, or is not there, is blamed itself', async () => {
  await using way = await proxy('407 Who are you')
  const env = { MOORAGE_URL: NAME, MOORAGE_TOKEN: hub.token, MOORAGE_CA: hub.caPath }
  const refused = await runCli(['whoami'], { env: { ...env, HTTPS_PROXY: `http://me:planted@${way.address}` } })
  expect(refused.code).toBe(6)
  expect(refused.err).toContain(`The proxy ${way.address} does not let this through to ${NAME}: it answered 407.`)
  expect(refused.err).not.toContain('planted')
  const gone = await runCli(['whoami'], { env: { ...env, HTTPS_PROXY: 'http://127.0.0.1:1' } })
  expect(gone.err).toContain('The proxy 127.0.0.1:1 refused the connection.')
})
