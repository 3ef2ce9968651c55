import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { expectNoLeaks, newlyOpen, openThings } from './leaks.ts'

test('names what is new, in numbers', () => {
  const before = openThings(['TCPSocketWrap', 'FSReqCallback'])
  const after = openThings([
    'FSReqCallback',
    'FSReqCallback',
    'TCPSocketWrap',
    'TCPSocketWrap',
    'TCPSocketWrap',
    'ProcessWrap',
  ])
  expect(newlyOpen(before, after)).toEqual(['2 TCP sockets', '1 child process'])
})

test('a server, a timer and a process that are left open are leaks', async () => {
  const check = expectNoLeaks(100)
  const server = createServer().listen(0, '127.0.0.1')
  const timer = setTimeout(() => {}, 60_000)
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  await expect(check[Symbol.asyncDispose]()).rejects.toThrow(/still open: .*TCP server.*/)
  await expect(check[Symbol.asyncDispose]()).rejects.toThrow(/a timer made at .*leaks\.module\.test\.ts/)
  await expect(check[Symbol.asyncDispose]()).rejects.toThrow(/child process/)
  server.close()
  clearTimeout(timer)
  child.kill()
  await check[Symbol.asyncDispose]()
})
