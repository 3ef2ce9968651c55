import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { anything } from './fixtures/manifest.ts'
import { askMember as ask, lines, type Member, type Plane, sharedPlane, startMember } from './fixtures/member.ts'
import { TOKEN_AGE_MS } from './limits.ts'

let plane: Plane
beforeAll(() => {
  plane = sharedPlane(inject('kubeconfig'))
})
afterAll(() => plane.api[Symbol.asyncDispose]())

/** What the API server calls the token that a request came with. */
async function tokenOf(member: Member): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const answer = await ask(member, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review)
  expect(answer.status).toBe(201)
  const { username, extra } = answer.json().status.userInfo
  expect(username).toBe(`system:serviceaccount:${member.namespace}:moorage-agent`)
  return extra['authentication.kubernetes.io/credential-id'][0]
}

test('a ServiceAccount token that Kubernetes renews is used for what is asked from then on', async () => {
  await using stack = new AsyncDisposableStack()
  const member = await startMember(plane, stack, { mode: 'full', rules: anything })
  const { namespace, agent } = member
  const before = await tokenOf(member)
  expect(await tokenOf(member)).toBe(before)
  const stop = new AbortController()
  const path = `/api/v1/namespaces/${namespace}/services?watch=true`
  const watch = await member.hub.pool.request({ method: 'GET', path, headers: {} }, stop.signal)

  const renewed = await plane.api.create(`/api/v1/namespaces/${namespace}/serviceaccounts/moorage-agent/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  })
  // Put in its place in one step, as the kubelet does.
  const account = join(dirname(agent.configPath), 'serviceaccount')
  writeFileSync(join(account, 'token.new'), renewed.status.token, { mode: 0o600 })
  renameSync(join(account, 'token.new'), join(account, 'token'))
  await eventually(async () => expect(await tokenOf(member)).not.toBe(before), { within: TOKEN_AGE_MS + 10_000 })

  // What began with the one before goes on.
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'seen' }, spec: { ports: [{ port: 80 }] } }
  await plane.api.create(`/api/v1/namespaces/${namespace}/services`, service)
  const { value } = await lines(watch.body as AsyncIterable<Buffer>).next()
  expect(value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } })
  stop.abort(new Error('seen'))
})

test('an API server that is given by an IPv6 address is reached, and its certificate verified', async () => {
  await using stack = new AsyncDisposableStack()
  const own = stack.use(
    await startControlPlane({ name: 'ipv6', hosts: ['::1'], scheduler: false, controllerManager: false }),
  )
  // The API server itself listens by IPv4; its certificate names both.
  const front = createServer(client => {
    const upstream = connect(own.port, '127.0.0.1')
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {})
      one.once('close', () => other.destroy())
      one.pipe(other)
    }
  }).listen(0, '::1')
  await once(front, 'listening')
  stack.defer(() => void front.close())
  const { port } = front.address() as AddressInfo
  const member = await startMember(own, stack, { apiServer: { host: '::1', port } })
  expect((await ask(member, 'GET', '/api/v1/namespaces/kube-system')).status).toBe(200)
  // Its own requests, and those that it relays.
  expect(member.agent.logs().map(({ level }) => level)).not.toContain('error')
}, 120_000)
