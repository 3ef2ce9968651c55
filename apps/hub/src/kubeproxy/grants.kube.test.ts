import type { WriteBinding } from '@moorage/contract/access.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AsUser, asUser } from '../api/fixtures/as-user.ts'
import { type StartedApi, startTestApi } from '../api/fixtures/started-api.ts'
import { objectsNamed } from '../store/ledger.ts'
import { sweepGrants } from './sweep-grants.ts'

let member: ControlPlane
let api: StartedApi
let id = ''
let ada: AsUser

const json = async <T>(answer: Response): Promise<T> => {
  const text = await answer.text()
  expect(answer.status, text).toBeLessThan(300)
  return JSON.parse(text) as T
}
const bind = async (name: string, binding: Omit<WriteBinding, 'name'>) =>
  json(await api.send(`/api/v1/bindings/${name}`, { method: 'PUT', json: binding }))
const unbind = async (name: string) => json(await api.send(`/api/v1/bindings/${name}`, { method: 'DELETE' }))
const connect = async (name: string, kubeconfig: string) =>
  json<{ cluster: { id: string; actsAs: string | null } }>(
    await api.send('/api/v1/clusters', { method: 'POST', json: { name, kubeconfig, mode: 'full' } }),
  )
const explain = async (query: string) =>
  json<{ allowed: boolean; wall: string | null; actsAs: string | null; because: string }>(
    await api.send(`/api/v1/access/explain?cluster=alpha&as=ada&${query}`),
  )
/** Names of what Moorage has put into the member, by kind. */
const inMember = async () => {
  const kinds = 'clusterroles,clusterrolebindings,rolebindings'
  const found = await kubectl(member.kubeconfigPath, [
    'get',
    kinds,
    '-A',
    '-l',
    'moorage.dev/instance=test',
    '-o',
    'json',
  ])
  expect(found.code, found.stderr).toBe(0)
  return (JSON.parse(found.stdout).items as { kind: string; metadata: { name: string } }[])
    .map(({ kind }) => kind)
    .sort()
}
const owed = async () => (await objectsNamed(api.store.db, id, 'moorage-access-')).map(({ kind }) => kind).sort()
const sweep = () =>
  sweepGrants({
    store: api.store,
    instance: 'test',
    policy: api.policy,
    connections: api.connections,
    now: api.now,
    warn: (_message, error) => {
      throw error
    },
  })

const adas = [{ kind: 'user' as const, name: 'ada' }]
const pods = (namespace: string) => `/k8s/alpha/api/v1/namespaces/${namespace}/pods`

beforeAll(async () => {
  member = await startControlPlane({ name: 'granted', scheduler: false })
  api = await startTestApi()
  ada = await asUser(api, 'ada')
  await kubectl(member.kubeconfigPath, ['create', 'namespace', 'shop-1'])
  id = (await connect('alpha', member.kubeconfig)).cluster.id
}, 120_000)

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
})

test('a person’s rights are in the member just in time, and no wider than in the hub', async () => {
  await json(await api.send('/api/v1/groups/ops', { method: 'PUT', json: { members: ['ada'] } }))
  await bind('shops', {
    role: 'namespace-admin',
    subjects: [{ kind: 'group', name: 'ops' }],
    scope: { kind: 'namespace', cluster: 'alpha', namespaces: ['shop-*'] },
  })
  expect(await inMember()).toEqual([])
  expect((await explain('verb=list&resource=pods&namespace=shop-1')).allowed).toBe(true)
  expect(await inMember(), 'explaining changes nothing').toEqual([])
  const answer = await ada(pods('shop-1'))
  expect(answer.headers.get('moorage-acts-as')).toBe('person')
  await json(answer)
  expect(await inMember()).toEqual(['ClusterRole', 'RoleBinding'])
  expect(await owed()).toEqual(['ClusterRole', 'RoleBinding'])
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const { status } = await json<{ status: { userInfo: { username: string; groups: string[] } } }>(
    await ada('/k8s/alpha/apis/authentication.k8s.io/v1/selfsubjectreviews', { method: 'POST', json: review }),
  )
  expect(status.userInfo.username).toBe('moorage:ada')
  expect(status.userInfo.groups).toContain('moorage:ops')
  const may = await kubectl(member.kubeconfigPath, [
    ...['auth', 'can-i', 'list', 'pods', '-n', 'default'],
    ...['--as', 'moorage:ada', '--as-group', 'moorage:ops'],
  ])
  expect(may.stdout.trim()).toBe('no')
})

test('a namespace that is not there is not made, and the explanation says which wall it is', async () => {
  expect((await ada(pods('shop-2'))).status).toBe(403)
  expect(await explain('verb=list&resource=pods&namespace=shop-2')).toMatchObject({
    allowed: false,
    wall: 'member-rbac',
    because: expect.stringContaining('shop-2'),
  })
  expect((await kubectl(member.kubeconfigPath, ['get', 'namespace', 'shop-2'])).code).toBe(1)
})

test('what is taken back is swept out of the member, and nothing else of it', async () => {
  await bind('all', { role: 'cluster-admin', subjects: adas, scope: { kind: 'cluster', cluster: 'alpha' } })
  await json(await ada('/k8s/alpha/api/v1/namespaces'))
  expect((await ada(pods('shop-2'))).status).toBe(200)
  expect(await explain('verb=list&resource=pods&namespace=shop-2'), 'another binding gives it').toMatchObject({
    allowed: true,
    wall: null,
  })
  expect(await inMember()).toEqual(['ClusterRole', 'ClusterRole', 'ClusterRoleBinding', 'RoleBinding'])
  await unbind('all')
  expect((await ada('/k8s/alpha/api/v1/namespaces')).status).toBe(403)
  await sweep()
  expect(await inMember()).toEqual(['ClusterRole', 'RoleBinding'])
  expect(await owed()).toEqual(['ClusterRole', 'RoleBinding'])
  await json(await ada(pods('shop-1')))
})

test('every subresource of a kind is one of the member’s own rules too', async () => {
  const pods = { apiGroups: [''], resources: ['pods/*'], verbs: ['*'] }
  const kubernetes = [{ ...pods, namespaces: ['not-there'] }, pods]
  await json(await api.send('/api/v1/roles/into-pods', { method: 'PUT', json: { kubernetes } }))
  await bind('into', { role: 'into-pods', subjects: adas, scope: { kind: 'cluster', cluster: 'alpha' } })
  expect((await ada('/k8s/alpha/api/v1/namespaces/default/pods/none/log')).status).toBe(404)
  expect((await ada('/k8s/alpha/api/v1/namespaces/default/pods/none')).status).toBe(403)
  const logs = 'verb=get&resource=pods&subresource=log&namespace=not-there'
  expect(await explain(logs), 'a rule for the whole cluster does not need the namespace').toMatchObject({
    allowed: true,
  })
  await unbind('into')
  await sweep()
})

test('what nobody has used for eight hours is swept too, and comes back with the next request', async () => {
  api.advance(9 * 3_600_000)
  await sweep()
  expect(await inMember()).toEqual([])
  expect(await owed()).toEqual([])
  // Whoever changes rights has them looked at anew.
  await json(await api.send('/api/v1/groups/others', { method: 'PUT', json: { members: [] } }))
  await json(await ada(pods('shop-1')))
  expect(await inMember()).toEqual(['ClusterRole', 'RoleBinding'])
})

test('a credential that may not impersonate acts by the hub’s rules alone, and says so', async () => {
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']
  const role = [{ apiGroups: ['*'], resources: ['*'], verbs }]
  const plain = await member.serviceAccountKubeconfig({ name: 'plain', role })
  const use = async (kubeconfig: string) =>
    json(await api.send('/api/v1/clusters/alpha/kubeconfig', { method: 'PUT', json: { kubeconfig } }))
  await use(plain)
  await eventually(
    async () => {
      const answer = await ada(pods('shop-1'))
      expect(answer.headers.get('moorage-acts-as')).toBe('connection')
      await json(answer)
    },
    { within: 30_000 },
  )
  expect(await explain('verb=list&resource=pods&namespace=shop-1')).toMatchObject({
    allowed: true,
    actsAs: 'connection',
    because: expect.stringContaining('the hub’s rules alone'),
  })
  await use(member.kubeconfig)
})

test('a namespace that somebody makes counts at once', async () => {
  await eventually(async () => expect((await ada(pods('shop-2'))).status).toBe(403), { within: 30_000 })
  await kubectl(member.kubeconfigPath, ['create', 'namespace', 'shop-2'])
  await eventually(async () => json(await ada(pods('shop-2'))), { within: 5_000 })
})

test('a disconnect takes all of it out', async () => {
  // The way before is believed in for a moment.
  await eventually(async () => json(await ada(pods('shop-1'))), { within: 30_000 })
  expect(await inMember()).not.toEqual([])
  await json(await api.send('/api/v1/clusters/alpha/disconnect', { method: 'POST', json: { force: false } }))
  expect(await inMember()).toEqual([])
  expect((await kubectl(member.kubeconfigPath, ['get', 'namespace', 'shop-1'])).code).toBe(0)
})
