import { Readable } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { expect, test } from 'vitest'
import { asUser } from '../api/fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from '../api/fixtures/started-api.ts'
import { objectsNamed } from '../store/ledger.ts'
import { sweepGrants } from './sweep-grants.ts'

test('a sweep while a role is made takes it for one that its binding will need', async () => {
  const heard: string[] = []
  let api: StartedApi | undefined
  const sweep = async ({ store, policy, connections, now }: StartedApi) => {
    const warn = (_message: string, error: unknown) => {
      throw error
    }
    await sweepGrants({ store, instance: 'test', policy, connections, now, warn })
  }
  const transport: KubeTransport = {
    kind: 'direct',
    async request({ method, path }) {
      heard.push(`${method} ${path.split('?', 1)[0]}`)
      // The role is made, and nothing says so yet.
      if (method === 'PATCH' && path.includes('/clusterroles/') && api) await sweep(api)
      const body = JSON.stringify({ metadata: { uid: path, labels: {} }, status: { allowed: true }, items: [] })
      return { status: 200, headers: {}, body: Readable.from([Buffer.from(body)]), trailers: () => ({}) }
    },
    upgrade: () => Promise.reject(new Error('nothing is upgraded')),
    [Symbol.asyncDispose]: async () => {},
  }
  await using started = await startTestApi({ transport })
  api = started
  const id = await insertTestCluster(api.store, 'alpha')
  await api.store.db.updateTable('clusters').set({ mode: 'full' }).execute()
  const scope = { kind: 'namespace', cluster: 'alpha', namespaces: ['shop-*'] }
  const binding = { role: 'namespace-admin', subjects: [{ kind: 'user', name: 'ada' }], scope }
  const bound = await api.send('/api/v1/bindings/shops', { method: 'PUT', json: binding })
  expect(bound.status, await bound.clone().text()).toBeLessThan(300)
  const ada = await asUser(api, 'ada')
  expect((await ada('/k8s/alpha/api/v1/namespaces/shop-1/pods')).status).toBe(200)
  const names = heard.filter(line => /^(?:PATCH|DELETE) .*\/(?:clusterroles|rolebindings)\//.test(line))
  expect(names).toEqual([
    expect.stringMatching(/^PATCH .*\/clusterroles\//),
    expect.stringMatching(/^PATCH .*\/namespaces\/shop-1\/rolebindings\//),
  ])
  const kept = await objectsNamed(api.store.db, id, 'moorage-access-')
  expect(kept.map(({ kind }) => kind).sort()).toEqual(['ClusterRole', 'RoleBinding'])
})
