import { readFileSync } from 'node:fs'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { anything } from './fixtures/manifest.ts'
import { askMember as ask, lines, type Plane, sharedPlane, startMember } from './fixtures/member.ts'

let plane: Plane

beforeAll(() => {
  plane = sharedPlane(inject('kubeconfig'))
})
afterAll(() => plane.api[Symbol.asyncDispose]())

test('the API server answers through the tunnel as it does directly, lists and watches alike', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await startMember(plane, stack)
  const through = await ask(one, 'GET', '/api/v1/namespaces/kube-system')
  expect(through.json().metadata.uid).toBe((await plane.api.get('/api/v1/namespaces/kube-system')).metadata.uid)
  expect((await ask(one, 'GET', '/api/v1/nodes?limit=500')).json().items.length).toBe(
    (await plane.api.get('/api/v1/nodes')).items.length,
  )
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'list', group: '', resource: 'secrets' } },
  }
  const reviewed = await ask(one, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)
  expect(reviewed.status).toBe(201)
  expect(reviewed.json().status.allowed).toBe(false)

  const stop = new AbortController()
  const path = `/api/v1/namespaces/${one.namespace}/services?watch=true`
  const watch = await one.hub.pool.request({ method: 'GET', path, headers: {} }, stop.signal)
  const events = lines(watch.body as AsyncIterable<Buffer>)
  await plane.api.create(`/api/v1/namespaces/${one.namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'seen' },
    spec: { ports: [{ port: 80 }] },
  })
  const { value } = await events.next()
  expect(value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } })
  stop.abort(new Error('seen'))
  await events.next().catch(() => {})
  // Others are not touched by its end.
  expect((await ask(one, 'GET', '/version')).status).toBe(200)
})

test('the guard is a wall of its own: with rights to everything, read-only stays read-only', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await startMember(plane, stack, { rules: anything })
  const secret = `/api/v1/namespaces/${one.namespace}/secrets`
  await plane.api.create(secret, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs' } })
  const pod = `/api/v1/namespaces/${one.namespace}/pods`
  const forbidden: [string, string, object?][] = [
    ['GET', '/api/v1/secrets'],
    ['GET', `${secret}/theirs`],
    ['DELETE', `${secret}/theirs`],
    ['GET', `/api/v1/namespaces/${one.namespace}/configmaps`],
    ['POST', pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [] } }],
    ['DELETE', pod],
    ['GET', `${pod}/x/exec?command=id`],
    ['POST', `${pod}/x/exec?command=id`],
    ['GET', `${pod}/x/log`],
    ['GET', '/api/v1/nodes/x/proxy/pods'],
    ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles'],
    ['GET', '/metrics'],
  ]
  for (const [method, path, body] of forbidden) {
    const answer = await ask(one, method, path, body)
    expect([method, path, answer.status, answer.by]).toEqual([method, path, 403, 'agent'])
  }
  expect(await plane.api.probe(`${secret}/theirs`)).toBe(200)
  // The other walls were away: the same account may do it.
  const { results } = (
    await ask(one, 'POST', '/-/moorage/prove', {
      wall: 'api-server',
      requests: [
        { name: 'secrets', method: 'GET', path: '/api/v1/secrets' },
        { name: 'delete', method: 'DELETE', path: `${secret}/theirs` },
      ],
    })
  ).json()
  expect(results.map(({ refused }: { refused: boolean }) => refused)).toEqual([false, false])
  expect(await plane.api.probe(`${secret}/theirs`)).toBe(200)
})

test('and with the guard away in full mode, the account’s rights are the wall', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await startMember(plane, stack, { mode: 'full' })
  const answer = await ask(one, 'GET', '/api/v1/secrets')
  expect([answer.status, answer.by]).toEqual([403, undefined])
  expect(answer.json().message).toContain(`system:serviceaccount:${one.namespace}:moorage-agent`)
})

test('takes itself out of the cluster with all of the hub’s objects, and then ends', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await startMember(plane, stack)
  const body = JSON.stringify({ instance: one.instance, objects: [] })
  const answer = await one.hub.pool.request(
    { method: 'POST', path: '/-/moorage/remove', headers: {}, body },
    AbortSignal.timeout(90_000),
  )
  const progress: Record<string, unknown>[] = []
  for await (const line of lines(answer.body as AsyncIterable<Buffer>)) {
    progress.push(line)
    // Kubernetes ends its pod as soon as the first of it goes.
    if ('removed' in line && one.agent.running) one.agent.signal('SIGTERM')
  }
  expect(progress.at(-1)).toEqual({ done: true })
  expect(await one.agent.ended).toBe(0)
  expect(one.agent.logs().at(-1)).toMatchObject({ msg: 'the agent ends', because: 'removed' })
  const wide = `/apis/rbac.authorization.k8s.io/v1/clusterroles/moorage-agent-${one.instance.slice(0, 8)}`
  expect(await plane.api.probe(wide)).toBe(404)
  await eventually(async () => (await plane.api.probe(`/api/v1/namespaces/${one.namespace}`)) === 404, {
    within: 60_000,
  })
})

test('a process that was killed is there again by its key', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await startMember(plane, stack)
  await one.agent.kill()
  await eventually(() => one.hub.link === null, { within: 10_000 })
  await one.agent.restart()
  await eventually(() => one.hub.link !== null, { within: 20_000 })
  expect(one.hub.calls.filter(({ path }) => path.endsWith('/register'))).toHaveLength(1)
  expect((await ask(one, 'GET', '/version')).status).toBe(200)
  const log = readFileSync(one.agent.logPath, 'utf8')
  const key = Buffer.from(
    (await plane.api.get(`/api/v1/namespaces/${one.namespace}/secrets/moorage-agent`)).data.key,
    'base64',
  )
  for (const secret of [key.toString().split('\n')[1] ?? '', 'join_aaaa', 'eyJhbGciOi']) {
    expect(secret).not.toBe('')
    expect(log).not.toContain(secret)
  }
})
