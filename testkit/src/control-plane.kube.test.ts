import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiClient } from './api-client.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { eventually } from './eventually.ts'
import { isAlive } from './lock.ts'

let controlPlane: ControlPlane
beforeAll(async () => {
  controlPlane = await startControlPlane({ name: 'own', gitVersionSuffix: '-eks-3a2f1b9' })
})
afterAll(() => controlPlane?.stop())

test('it reports the version with the suffix', async () => {
  expect((await controlPlane.api.get('/version')).gitVersion).toBe('v1.36.3-eks-3a2f1b9')
})

test('a ServiceAccount may do what its role says and no more', async () => {
  const kubeconfig = await controlPlane.serviceAccountKubeconfig({ name: 'viewer', namespace: 'ops', role: 'view' })
  await using viewer = apiClient(kubeconfig)
  expect(await viewer.probe('/api/v1/pods')).toBe(200)
  expect(await viewer.probe('/api/v1/secrets')).toBe(403)
  const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }]
  await using narrow = apiClient(await controlPlane.serviceAccountKubeconfig({ name: 'narrow', role: rules }))
  expect(await narrow.probe('/api/v1/nodes')).toBe(200)
  expect(await narrow.probe('/api/v1/pods')).toBe(403)
})

test('client certificates say who asks, and expire', async () => {
  await using admin = apiClient(await controlPlane.userKubeconfig('jane', ['system:masters']))
  expect(await admin.probe('/api/v1/secrets')).toBe(200)
  const past = { notBefore: new Date(Date.now() - 120_000), notAfter: new Date(Date.now() - 60_000) }
  await using expired = apiClient(await controlPlane.userKubeconfig('jane', ['system:masters'], past))
  expect(await expired.probe('/api/v1/secrets')).toBe(401)
  await using unknown = apiClient(controlPlane.tokenKubeconfig('nonsense'))
  expect(await unknown.probe('/api/v1/secrets')).toBe(401)
})

test('a frozen API server is silent and goes on when thawed', async () => {
  controlPlane.freeze()
  expect(await controlPlane.api.probe('/readyz', 500)).toBe(0)
  controlPlane.thaw()
  await eventually(async () => expect(await controlPlane.api.probe('/readyz')).toBe(200))
})

test('a stopped API server comes back at its address with its data', async () => {
  const { url } = controlPlane
  await controlPlane.api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' }, data: { a: 'b' } })
  await controlPlane.stopApiServer()
  expect(controlPlane.pids).not.toHaveProperty('kube-apiserver')
  expect(await controlPlane.api.probe('/readyz')).toBe(0)
  await controlPlane.startApiServer()
  expect(controlPlane.url).toBe(url)
  expect((await controlPlane.api.get('/api/v1/namespaces/default/configmaps/kept')).data).toEqual({ a: 'b' })
})

test('stopping leaves no process and no file', async () => {
  const short = await startControlPlane({ name: 'short', scheduler: false, controllerManager: false })
  const pids = Object.values(short.pids)
  expect(pids).toHaveLength(2)
  await short.stop()
  expect(pids.filter(isAlive)).toEqual([])
  expect(existsSync(short.dir)).toBe(false)
  await short.stop() // twice is fine
})

test('a start that fails says whose log tells why, and leaves nothing', async () => {
  const failing = startControlPlane({ name: 'failing', apiServerArgs: ['--no-such-flag'] })
  await expect(failing).rejects.toThrow(/kube-apiserver ended with code 1; the end of .*unknown flag: --no-such-flag/s)
})
