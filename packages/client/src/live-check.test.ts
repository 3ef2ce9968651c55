import { expect, test } from 'vitest'
import { moorageClient } from './client.ts'

const step = (name: string) => ({ name, status: 'ok', message: 'Well.', ms: 3 })
const result = { cluster: null, steps: [step('parse'), step('address')], uid: 'u', version: 'v1.36.3' }
const problem = { type: 'x', title: 'T', status: 422, code: 'tls_failed', detail: 'Not verified.', step: 'reach' }

/** A hub that answers with these bytes, in these pieces. */
function answering(pieces: string[], type = 'text/event-stream') {
  const accepted: (string | null)[] = []
  const client = moorageClient({
    url: 'https://hub.example.com',
    fetch: async request => {
      accepted.push(request.headers.get('accept'))
      const body = ReadableStream.from(pieces.map(piece => new TextEncoder().encode(piece)))
      return new Response(body, { status: type === 'application/json' ? 201 : 200, headers: { 'content-type': type } })
    },
  })
  const steps: string[] = []
  const connect = () =>
    client.clusters.connect(
      { name: 'a', kubeconfig: 'k' },
      { context: { onStep: found => steps.push(`${found.name} ${found.ms}`) } },
    )
  return { client, connect, accepted, steps }
}
const event = (data: unknown) => `event: message\ndata: ${JSON.stringify(data)}\n\n`

test('steps are told as they come, however the bytes are cut, and the result is as without them', async () => {
  const text = [
    { type: 'step', step: step('parse') },
    { type: 'step', step: step('address') },
    { type: 'done', result },
  ].map(event)
  for (const pieces of [text, [text.join('')], [...text.join('')]]) {
    const { connect, steps, accepted } = answering(pieces)
    expect(await connect()).toEqual(result)
    expect(steps).toEqual(['parse 3', 'address 3'])
    expect(accepted[0]).toContain('text/event-stream')
  }
})

test('what failed after the first step is the problem that it would have been', async () => {
  const { connect, steps } = answering(
    [
      { type: 'step', step: step('parse') },
      { type: 'failed', problem },
    ].map(event),
  )
  await expect(connect()).rejects.toMatchObject({ code: 'tls_failed', message: 'Not verified.' })
  expect(steps).toEqual(['parse 3'])
})

test('a roll-out tells what happens, and empty lines in between say nothing', async () => {
  const outcome = { cluster: 'a', wave: 1, outcome: 'done', message: 'Well.' }
  const done = { complete: true, items: [{ ...outcome, manifest: null }] }
  const { client } = answering([
    event({ type: 'step', step: { name: 'waves', waves: [['a']] } }),
    ':\n\n',
    event({ type: 'step', step: { name: 'begun', wave: 1, cluster: 'a' } }),
    event({ type: 'step', step: { name: 'outcome', outcome } }),
    event({ type: 'done', result: done }),
  ])
  const told: string[] = []
  const context = { onRollOut: ({ name }: { name: string }) => told.push(name) }
  expect(await client.agents.upgrade({}, { context })).toEqual(done)
  expect(told).toEqual(['waves', 'begun', 'outcome'])
})

test('a stream that ends too early, or is none, is a hub that gave no answer', async () => {
  await expect(answering([event({ type: 'step', step: step('parse') })]).connect()).rejects.toMatchObject({
    code: 'hub_unreachable',
  })
  await expect(answering(['data: {nonsense\n\n']).connect()).rejects.toMatchObject({ code: 'hub_unreachable' })
})

test('a hub that tells no steps answers all the same', async () => {
  const { connect, steps } = answering([JSON.stringify(result)], 'application/json')
  expect(await connect()).toEqual(result)
  expect(steps).toEqual([])
})

test('nothing is asked for where nobody wants to know', async () => {
  const { client, accepted } = answering([JSON.stringify(result)], 'application/json')
  await client.clusters.connect({ name: 'a', kubeconfig: 'k' })
  expect(accepted[0] ?? '').not.toContain('text/event-stream')
})
