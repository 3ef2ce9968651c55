import { reportedKinds } from '@moorage/projector/project.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { ask } from './fixtures/ask.ts'
import { runTestAgent } from './fixtures/run.ts'
import { startStandInApiServer } from './fixtures/stand-in-api-server.ts'
import { startStandInHub } from './fixtures/stand-in-hub.ts'

const TOKEN = `join_${'a'.repeat(43)}`

/** What a message of a later hub has that this agent has never heard of. */
const later = { later: { than: 'this' }, flags: [1, 2] }

test('words of a later hub that an agent does not know are passed over', async () => {
  await using hub = await startStandInHub({ answers: later })
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0 && hub.link !== null, { within: 15_000 })
  const link = hub.link
  link?.send({ type: 'weather', is: 'fine' } as { type: string })
  link?.send({ type: 'welcome', replica: 'r2', hubVersion: '9.0.0', ...later } as { type: string })
  link?.send({ type: 'want', connections: 6, ...later } as { type: string })
  // What it knows is done, and the link is the same.
  await eventually(() => expect(hub.pool.stats().idle).toBeGreaterThanOrEqual(6), { within: 15_000 })
  expect(hub.link).toBe(link)
  // A word without what belongs to it asks for nothing.
  link?.send({ type: 'want' })
  link?.send({ type: 'want', connections: 'many' } as { type: string })
  const { status } = await ask(hub.pool, 'GET', '/api/v1/pods')
  expect(status).toBe(200)
  expect(hub.link).toBe(link)
  expect(agent.logs.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
})

test('what a later hub asks for is done as far as it is known, and refused where it is not', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const post = async (name: string, body: object) =>
    ask(hub.pool, 'POST', `/-/moorage/${name}`, { body: JSON.stringify(body) })

  expect((await post('forecast', { days: 3 })).status).toBe(404)
  expect((await post('settings', { ...later })).json()).toEqual({ ok: false, why: expect.stringContaining('Neither') })
  expect((await post('settings', { hubUrl: hub.url, ...later })).json()).toEqual({ ok: true })
  const requests = [{ name: 'x', method: 'GET', path: '/api/v1/secrets', ...later }]
  expect((await post('prove', { wall: 'agent', requests, ...later })).json()).toMatchObject({
    results: [{ name: 'x', refused: true }],
  })
  const inventory = await hub.pool.request(
    {
      method: 'POST',
      path: '/-/moorage/inventory',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resume: { Pod: '7', Pigeon: '8' }, ...later }),
    },
    AbortSignal.timeout(10_000),
  )
  const [first] = await inventory.body[Symbol.asyncIterator]()
    .next()
    .then(({ value }) => String(value).split('\n'))
  inventory.body.destroy()
  // It says first what it reads, for a hub that keeps more.
  expect(JSON.parse(first ?? '')).toEqual({ type: 'kinds', kinds: reportedKinds })
})
