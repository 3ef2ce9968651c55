import { eventually } from '@moorage/testkit/eventually.ts'
import { startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import { expect, test } from 'vitest'
import { ask } from './fixtures/ask.ts'
import { runTestAgent } from './fixtures/run.ts'
import { startStandInApiServer } from './fixtures/stand-in-api-server.ts'
import { startStandInHub } from './fixtures/stand-in-hub.ts'
import { startStandInProxy } from './fixtures/stand-in-proxy.ts'

const TOKEN = `join_${'a'.repeat(43)}`

test('where the upgrade does not pass, a WebSocket carries the same', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  hub.refuse = ({ headers }) =>
    headers.upgrade === 'moorage-tunnel/1' ? { status: 400, text: '<html>Bad Request</html>' } : null
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0 && hub.pool.stats().idle >= 2, { within: 15_000 })
  expect((await ask(hub.pool, 'GET', '/api/v1/nodes')).status).toBe(200)
  const tried = hub.upgrades.map(({ protocol }) => protocol)
  expect(tried[0]).toBe('moorage-tunnel/1')
  // It is remembered: not every connection tries the other one first.
  expect(tried.at(-1)).toBe('websocket')
})

test('goes through the proxy that the manifest or its Secret names, and says so', async () => {
  await using hub = await startStandInHub()
  await using proxy = await startStandInProxy()
  await using plane = await startStandInApiServer({
    'join-token': TOKEN,
    'https-proxy': proxy.url.replace('://', '://user:secret@'),
  })
  await using agent = runTestAgent(hub, plane, { values: { 'no-proxy': '10.0.0.0/8' } })
  await eventually(() => hub.heard.length > 0 && hub.pool.stats().idle >= 2, { within: 15_000 })
  expect(hub.calls[0]?.body).toMatchObject({ proxied: true })
  expect(hub.heard[0]).toMatchObject({ proxied: true })
  expect(proxy.opened.length).toBeGreaterThanOrEqual(4)
  expect(new Set(proxy.opened.map(({ target }) => target))).toEqual(new Set([`127.0.0.1:${hub.port}`]))
  expect((await ask(hub.pool, 'GET', '/api/v1/nodes')).status).toBe(200)
  expect(JSON.stringify(agent.logs)).not.toContain('secret@')
})

test('and past it where no-proxy says so', async () => {
  await using hub = await startStandInHub()
  await using proxy = await startStandInProxy()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const values = { 'https-proxy': proxy.url, 'no-proxy': '127.0.0.0/8' }
  await using _agent = runTestAgent(hub, plane, { values })
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  expect(proxy.opened).toEqual([])
})

test('more connections come at once when the hub wants them, and nothing of a burst is lost', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(hub.pool, 'GET', '/version')))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
})

test('after the hub’s end of everything has gone, all is there again by itself', async () => {
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const hub = await startStandInHub()
  await using agent = runTestAgent(hub, plane, { values: { 'hub-url': hub.url } })
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  await hub.pool[Symbol.asyncDispose]()
  const upgrades = hub.upgrades.length
  await eventually(() => hub.upgrades.length > upgrades, { within: 15_000 })
  await hub[Symbol.asyncDispose]()
  await eventually(() => agent.logs.some(({ message }) => message === 'dialling the hub failed'), { within: 15_000 })
})

// These wait for a time that is over: side by side.
test.concurrent('where the hub falls silent, everything is dialled anew', async () => {
  await using hub = await startStandInHub()
  await using wire = await startFaultProxy({ port: hub.port })
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using agent = runTestAgent(hub, plane, { values: { 'hub-url': `https://127.0.0.1:${wire.port}` } })
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  wire.stall()
  const began = performance.now()
  await eventually(() => agent.logs.some(({ facts }) => facts.because === 'silent'), { within: 20_000 })
  expect(performance.now() - began).toBeLessThan(15_000)
  const heard = hub.heard.length
  wire.resetOpen()
  wire.pass()
  await eventually(() => hub.heard.length > heard, { within: 20_000 })
})

test.concurrent('where the link ends and the hub opens no other, everything is dialled anew, whatever seems to be open', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0 && hub.pool.stats().idle >= 2, { within: 15_000 })
  const { length } = hub.upgrades
  // The other connections stay open, and this hub does nothing with them.
  hub.link?.[Symbol.dispose]()
  await eventually(() => hub.heard.length > 1, { within: 15_000 })
  expect(hub.upgrades.length).toBeGreaterThanOrEqual(length + 2)
  expect(agent.logs.some(({ message }) => message.includes('opened no other link'))).toBe(true)
  expect(new Set(hub.upgrades.map(({ protocol }) => protocol))).toEqual(new Set(['moorage-tunnel/1']))
})

test.concurrent('a way that lets the agent in and carries nothing is left for the other protocol', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  hub.links = false
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.upgrades.some(({ protocol }) => protocol === 'moorage-tunnel/1'), { within: 15_000 })
  await eventually(() => hub.upgrades.some(({ protocol }) => protocol === 'websocket'), { within: 30_000 })
  expect(agent.logs.some(({ message }) => message.includes('nothing comes through'))).toBe(true)
})
