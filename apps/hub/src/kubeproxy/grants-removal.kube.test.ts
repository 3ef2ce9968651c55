import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { dump, dumpDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { startPostgres } from '@moorage/testkit/postgres.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { userToken } from '../api/fixtures/as-user.ts'
import { testDeps } from '../store/fixtures/stores.ts'
import { openStore } from '../store/open.ts'
import { askPlainly } from './fixtures/ask-plainly.ts'

const dir = mkdtempSync(join(tmpdir(), 'moorage-rights-'))
const stack = new AsyncDisposableStack()
let member: ControlPlane
let hub: HubProcess
let token = ''
let instance = ''
let agent: AgentProcess | undefined
let made = 0

/** ms; beside other suites. */
const SLOWLY = { within: 60_000, every: 200 }

const call = async (path: string, method: string, body: object) => {
  const answer = await hub.fetch(`/api/v1${path}`, { method, body })
  const text = await answer.text()
  expect(answer.status, text).toBeLessThan(300)
  return JSON.parse(text)
}
const importAs = async (mode: string) => {
  made += 1
  const { manifest } = await call('/imports', 'POST', { name: 'edge', mode, agent: { namespace: `of-${made}` } })
  instance = /moorage\.dev\/instance: ([\da-f-]{36})/.exec(manifest)?.[1] ?? ''
  agent = await startAgent({ dir: join(dir, `agent-${made}`), plane: member, manifest, pod: `agent-${made}` })
  await eventually(async () => {
    const { phase, mode: now } = (await (await hub.fetch('/api/v1/clusters/edge')).json()) as Record<string, string>
    expect([phase, now]).toEqual(['Running', mode])
  }, SLOWLY)
}

/** As Ada, who is an administrator of the namespaces shop-* and reads the cluster. */
const asAda = async (path: string) => {
  const headers = { authorization: `Bearer ${token}` }
  const tls = { ca: readFileSync(hub.caPath, 'utf8') }
  const answer = await askPlainly(`${hub.url}/k8s/edge${path}`, { headers, tls })
  expect(answer.status, answer.body.toString()).toBe(200)
}
const work = async () => {
  await asAda('/api/v1/namespaces/shop-1/pods')
  await asAda('/api/v1/nodes')
  expect(await ofRequests()).toEqual(['ClusterRole', 'ClusterRole', 'ClusterRoleBinding', 'RoleBinding'])
}
const ofRequests = async () => {
  const all = Object.values(await dump(member.api)) as { kind?: string; metadata: { name: string }; roleRef?: object }[]
  return all
    .filter(({ metadata }) => metadata.name.startsWith('moorage-access-'))
    .map(object => {
      const { namespace } = object.metadata as { namespace?: string }
      if (object.roleRef === undefined) return 'ClusterRole'
      return namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding'
    })
    .sort()
}

beforeAll(async () => {
  const database = stack.use(await startPostgres())
  member = stack.use(await startControlPlane({ name: 'rights', scheduler: false }))
  const args = ['--database-url', database.databaseUrl]
  hub = stack.use(await startHub({ dir: join(dir, 'hub'), args }))
  const store = stack.use(await openStore({ kind: 'postgres', url: database.databaseUrl }, testDeps))
  token = await userToken({ store }, 'ada')
  const subjects = [{ kind: 'user', name: 'ada' }]
  const labels = { kind: 'namespace', project: 'default', namespaces: ['shop-*'] }
  await call('/bindings/shops', 'PUT', { role: 'namespace-admin', subjects, scope: labels })
  await call('/bindings/reads', 'PUT', {
    role: 'project-read-only',
    subjects,
    scope: { kind: 'project', project: 'default' },
  })
  await member.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop-1' } })
  // What Kubernetes itself puts into every namespace, a while after it was made.
  await eventually(async () => {
    const names = Object.keys(await namesOf())
    const namespaces = names.filter(path => path.startsWith('/api/v1/namespaces/')).map(path => path.split('/').at(-1))
    for (const namespace of namespaces) {
      expect(names).toContain(`/api/v1/configmaps/${namespace}/kube-root-ca.crt`)
      expect(names).toContain(`/api/v1/serviceaccounts/${namespace}/default`)
    }
  }, SLOWLY)
}, 180_000)

afterAll(async () => {
  await agent?.[Symbol.asyncDispose]()
  await stack.disposeAsync()
  rmSync(dir, { recursive: true, force: true })
})

const namesOf = async () => Object.fromEntries(Object.keys(await dump(member.api)).map(path => [path, {}]))
const expectAsBefore = (before: Record<string, object>) =>
  eventually(async () => expect(dumpDifference(before, await namesOf())).toEqual([]), SLOWLY)

test('what people’s requests needed goes with the agent', async () => {
  const before = await namesOf()
  await importAs('full')
  await work()
  const { stdout } = await moorage(hub, ['cluster', 'disconnect', 'edge', '--yes', '-o', 'json'])
  expect(JSON.parse(stdout)).toMatchObject({ owed: [] })
  await agent?.ended
  await expectAsBefore(before)
})

test('and with moorage cleanup, which knows nothing of it', async () => {
  const before = await namesOf()
  await importAs('full')
  await work()
  await agent?.kill()
  const args = ['cleanup', '--kubeconfig', member.kubeconfigPath, '--instance', instance, '--yes', '-o', 'json']
  const { code, stdout, stderr } = await moorage(null, args)
  expect(code, stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ clean: true })
  await expectAsBefore(before)
  await moorage(hub, ['cluster', 'disconnect', 'edge', '--yes', '--force'])
})

test('and with a binding, by the hub itself; and when the mode is to be lowered, as the agent may not do it afterwards', async () => {
  await importAs('full')
  await work()
  await call('/bindings/reads', 'DELETE', {})
  await eventually(async () => expect(await ofRequests()).toEqual(['ClusterRole', 'RoleBinding']), SLOWLY)
  const bind = ['binding', 'create', 'makes', '--role', 'namespace-admin', '--user', 'bob', '--cluster', 'edge']
  const bound = await moorage(hub, [...bind, '-n', 'asked-for', '-n', 'shop-1', '--create-namespaces'])
  expect(bound.stderr).toMatch(/Made namespace asked-for.*Namespace shop-1 was there/s)
  expect((await member.api.get('/api/v1/namespaces/asked-for')).metadata.labels).not.toHaveProperty([
    'moorage.dev/instance',
  ])
  const { manifest } = await call('/clusters/edge/migrate', 'POST', { mode: 'read-only' })
  expect(manifest).toContain('read-only')
  expect(await ofRequests()).toEqual([])
  await moorage(hub, ['cluster', 'disconnect', 'edge', '--yes'])
  await agent?.ended
})
