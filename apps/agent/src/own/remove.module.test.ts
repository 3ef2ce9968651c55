import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { lines } from '../fixtures/member.ts'
import { runTestAgent } from '../fixtures/run.ts'
import { STAND_IN_NAMESPACE, type StandInApiServer, startStandInApiServer } from '../fixtures/stand-in-api-server.ts'
import { STAND_IN_INSTANCE, startStandInHub } from '../fixtures/stand-in-hub.ts'
import { GIVE_UP_MS, LAST_WORDS_MS } from '../limits.ts'

const NAMESPACE = `/api/v1/namespaces/${STAND_IN_NAMESPACE}`
const QUOTAS = `${NAMESPACE}/resourcequotas`
const VERBS = ['get', 'list', 'create', 'delete']

/** A cluster where nothing of the hub's is left but the agent's namespace, and where only a count tells whether that is empty. */
function almostEmpty(used: () => Record<string, string>): StandInApiServer['answer'] {
  const labels = { 'app.kubernetes.io/managed-by': 'moorage', 'moorage.dev/instance': STAND_IN_INSTANCE }
  const namespace = { metadata: { name: STAND_IN_NAMESPACE, uid: 'of-namespace', resourceVersion: '1', labels } }
  const resources = [
    { name: 'namespaces', kind: 'Namespace', namespaced: false, verbs: VERBS },
    { name: 'secrets', kind: 'Secret', namespaced: true, verbs: VERBS },
    { name: 'resourcequotas', kind: 'ResourceQuota', namespaced: true, verbs: [] },
  ]
  const quota = { metadata: { uid: 'of-quota' } }
  return ({ method, path, headers }) => {
    if (path === '/apis') return { status: 200, body: { groups: [] } }
    if (path === '/api/v1') return { status: 200, body: { resources } }
    if (path.startsWith('/apis/authorization.k8s.io/')) return { status: 201, body: { status: { allowed: true } } }
    if (path.startsWith('/api/v1/namespaces?')) return { status: 200, body: { items: [namespace] } }
    if (path.split('?')[0] === NAMESPACE) return { status: 200, body: namespace }
    if (method === 'POST' && path === QUOTAS) return { status: 201, body: quota }
    const asksForMetadata = headers.accept?.includes('PartialObjectMetadata')
    if (asksForMetadata) return { status: path.includes('/secrets?') ? 403 : 404, body: {} }
    return path.startsWith(QUOTAS) ? { status: 200, body: { ...quota, status: { used: used() } } } : null
  }
}

/** Begins a removal and tells the agent to end while it counts. Resolves with what the removal told. */
async function endWhileCounting(stack: AsyncDisposableStack, graceMs: number, countsAfterwards: boolean) {
  const hub = stack.use(await startStandInHub())
  const plane = stack.use(await startStandInApiServer({ 'join-token': `join_${'a'.repeat(43)}` }))
  let counted = false
  plane.answer = almostEmpty(() => (counted ? { 'count/secrets': '0' } : {}))
  const agent = stack.use(runTestAgent(hub, plane, { graceMs }))
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const body = JSON.stringify({ instance: STAND_IN_INSTANCE, objects: [] })
  const request = { method: 'POST', path: '/-/moorage/remove', headers: {}, body } as const
  const answer = await hub.pool.request(request, AbortSignal.timeout(30_000))
  const told: Record<string, unknown>[] = []
  const telling = (async () => {
    for await (const line of lines(answer.body as AsyncIterable<Buffer>)) told.push(line)
  })()
  const looked = () => plane.received.some(({ method, path }) => method === 'GET' && path.startsWith(QUOTAS))
  await eventually(looked, { within: 15_000 })
  const stopped = agent.stop()
  counted = countsAfterwards
  await telling
  const deleted = plane.received.filter(({ method, body }) => method === 'DELETE' && !body.includes('dryRun'))
  return { told, ending: await stopped, deleted: deleted.map(({ path }) => path) }
}

test('an agent that is told to end goes through with its removal', async () => {
  await using stack = new AsyncDisposableStack()
  const { told, ending, deleted } = await endWhileCounting(stack, LAST_WORDS_MS, true)
  expect(told[0]).toEqual({ scan: [] })
  expect(told.at(-1)).toEqual({ done: true })
  expect(ending).toBe('removed')
  expect(deleted).toEqual([`${QUOTAS}/moorage-count`, NAMESPACE])
})

test('where it can not in its time, it says so before it ends, and leaves nothing that counts', async () => {
  await using stack = new AsyncDisposableStack()
  const { told, ending, deleted } = await endWhileCounting(stack, GIVE_UP_MS + 200, false)
  expect(told).toEqual([{ scan: [] }, { error: 'The agent was told to end before the removal was over.' }])
  expect(ending).toBe('stopped')
  expect(deleted).toEqual([`${QUOTAS}/moorage-count`])
})
