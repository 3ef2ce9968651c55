import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { requireCertificates } from './config/config.ts'
import { ask } from './fixtures/ask.ts'
import { runTestAgent } from './fixtures/run.ts'
import { startStandInApiServer } from './fixtures/stand-in-api-server.ts'
import { STAND_IN_INSTANCE, type StandInHub, startStandInHub } from './fixtures/stand-in-hub.ts'

const TOKEN = `join_${'a'.repeat(43)}`

test('a cluster that the hub let go of is left by its agent, which begins with what the hub names', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  plane.answer = ({ path }) => (path === '/apis' || path === '/api' ? { status: 500, body: {} } : null)
  hub.refuse = ({ url }) =>
    url === '/agent/v1/tunnel'
      ? { status: 410, problem: { code: 'agent_removed', removal: { instance: STAND_IN_INSTANCE, objects: [] } } }
      : null
  await using agent = runTestAgent(hub, plane)
  await eventually(() => agent.logs.some(({ message }) => message === 'removal begins'), { within: 15_000 })
  // It did not come to its end here, and the agent stays.
  await eventually(() => agent.logs.some(({ message }) => message.startsWith('removal failed')), { within: 60_000 })
})

test('a removal that another hub is meant by is not begun', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const body = JSON.stringify({ instance: 'another', objects: [] })
  const answer = await ask(hub.pool, 'POST', '/-/moorage/remove', { body })
  expect(JSON.parse(answer.text)).toEqual({ error: 'This agent belongs to another hub.' })
  expect(agent.logs.find(({ message }) => message === 'removal failed')?.facts.because).toContain('another hub')
})

test('other settings are tried, kept and gone over to; ones that do not work change nothing', async () => {
  await using hub = await startStandInHub()
  await using next = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const change = async (body: object) =>
    (await ask(hub.pool, 'POST', '/-/moorage/settings', { body: JSON.stringify(body) })).json()

  expect(await change({})).toEqual({ ok: false, why: expect.stringContaining('Neither') })
  expect(await change({ hubUrl: 'http://hub.example.com' })).toEqual({
    ok: false,
    why: expect.stringContaining('https'),
  })
  // Its CA is another one.
  expect(await change({ hubUrl: next.url })).toEqual({ ok: false, why: expect.stringContaining('can not be verified') })
  expect(plane.secret).not.toHaveProperty('settings')

  // The stand-in knows the key once it is registered.
  await fetchRegister(next, hub)
  const bundle = hub.ca.certPem + next.ca.certPem
  expect(await change({ ca: bundle })).toEqual({ ok: true })
  expect(await change({ hubUrl: next.url })).toEqual({ ok: true })
  await eventually(() => next.heard.length > 0, { within: 15_000 })
  expect(JSON.parse(plane.secret.settings ?? '')).toMatchObject({ hubUrl: `${next.url}/` })
  await agent.stop()

  // It is gone by after a restart too.
  const heard = next.heard.length
  await using _again = runTestAgent(hub, plane)
  await eventually(() => next.heard.length > heard, { within: 15_000 })
})

test('a second process of the same agent finds what the first was told, once its own way ends', async () => {
  const hub = await startStandInHub()
  await using next = await startStandInHub({ ca: hub.ca })
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using second = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  await fetchRegister(next, hub)
  // The first process, of which only what it leaves counts here.
  const over = { hubUrl: `${hub.url}/`, ca: requireCertificates(hub.ca.certPem, 'ca') }
  plane.secret.settings = JSON.stringify({ hubUrl: `${next.url}/`, over })
  expect(next.upgrades).toEqual([])
  await hub[Symbol.asyncDispose]()
  await eventually(() => next.heard.length > 0, { within: 40_000 })
  expect(second.logs.some(({ message }) => message.startsWith('another process'))).toBe(true)
})

/** Makes the key that one stand-in has seen known to another one. */
async function fetchRegister(to: StandInHub, from: StandInHub): Promise<void> {
  const { body } = from.calls.find(({ path }) => path.endsWith('/register')) ?? { body: {} }
  const request = https.request(`${to.url}/agent/v1/register`, { method: 'POST', ca: to.ca.certPem, agent: false })
  request.end(JSON.stringify(body))
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  await once(answer.resume(), 'end')
}

test('a proof against the guard sends nothing, and one against the API server only tries', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  plane.answer = ({ path }) =>
    path.startsWith('/api/v1/secrets')
      ? { status: 403, body: { kind: 'Status', message: 'secrets is forbidden' } }
      : null
  const prove = async (wall: string, requests: object[]) =>
    (await ask(hub.pool, 'POST', '/-/moorage/prove', { body: JSON.stringify({ wall, requests }) })).json()
  const requests = [
    { name: 'secrets', method: 'GET', path: '/api/v1/secrets' },
    { name: 'pods', method: 'GET', path: '/api/v1/pods' },
    { name: 'odd', method: 'GET', path: '/api//v1/pods' },
  ]
  const before = plane.received.length
  expect(await prove('agent', requests)).toEqual({
    results: [
      { name: 'secrets', refused: true, answer: expect.stringContaining('none of the paths') },
      { name: 'pods', refused: false, answer: 'The agent would send it on.' },
      { name: 'odd', refused: true, answer: expect.stringContaining('segment') },
    ],
  })
  expect(plane.received.length).toBe(before)

  const { results } = await prove('api-server', [
    { name: 'secrets', method: 'GET', path: '/api/v1/secrets' },
    { name: 'delete', method: 'DELETE', path: '/api/v1/namespaces/a/pods/b', body: '{"dryRun":[]}' },
    { name: 'exec', method: 'POST', path: '/api/v1/namespaces/a/pods/b/exec' },
    { name: 'trace', method: 'TRACE', path: '/api' },
  ])
  expect(results).toEqual([
    { name: 'secrets', refused: true, answer: 'secrets is forbidden' },
    { name: 'delete', refused: false, answer: 'The API server answered 200.' },
    { name: 'exec', refused: false, answer: expect.stringContaining('Not tried') },
    { name: 'trace', refused: false, answer: expect.stringContaining('Not tried') },
  ])
  expect(plane.received.at(-1)).toMatchObject({ path: '/api/v1/namespaces/a/pods/b?dryRun=All', body: '' })

  // The length of a body that never comes would make a part of the next request one of its own, which is no trial.
  const lengths = { 'content-length': '48', 'Transfer-Encoding': 'chunked', expect: '100-continue' }
  await prove('api-server', [{ name: 'length', method: 'GET', path: '/version', headers: lengths }])
  const { headers } = plane.received.at(-1) ?? { headers: {} }
  expect(Object.keys(headers).filter(name => /length|encoding|expect/.test(name))).toEqual([])
})
