import { readFileSync } from 'node:fs'
import { apiClient } from '@moorage/testkit/api-client.ts'
import { serviceAccountToken } from '@moorage/testkit/service-account.ts'
import { afterAll, expect, inject, test } from 'vitest'
import { watching } from '../test/watching.ts'
import { whatMayI } from './access-review.ts'
import { apply, del, getJson, patchJson, postJson } from './client.ts'
import { readClusterUid, readVersion, tooOld } from './cluster-identity.ts'
import { credentialInfo } from './credential-info.ts'
import { directTransport } from './direct.ts'
import { readApiGroups, readGroups, readResources } from './discovery.ts'
import { KubeStatusError } from './errors.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { collectionPath, objectPath } from './path.ts'
import type { KubeObject, Resource } from './resource.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

const configMaps: Resource = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true }
const text = readFileSync(inject('kubeconfig'), 'utf8')
const target = readKubeconfig(text)
const admin = directTransport(target)
const api = apiClient(text)
const { signal } = new AbortController()
const namespace = `client-${process.pid}`

afterAll(async () => {
  await del(admin, `/api/v1/namespaces/${namespace}`, {}, signal)
  await admin[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
})

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    error => error,
  )
  expect(error).toBeInstanceOf(KubeStatusError)
  return error as KubeStatusError
}

/** A transport that signs in as a new ServiceAccount with those rights. */
const asAccount = async (name: string, role?: string) => {
  const token = await serviceAccountToken(api, { name, namespace, ...(role === undefined ? {} : { role }) })
  const { server, tls } = target
  return readKubeconfig(writeKubeconfig({ name, server, token, ...(tls.ca === undefined ? {} : { ca: tls.ca }) }))
}

test('what the server says of itself', async () => {
  const version = await readVersion(admin, signal)
  expect(version).toMatchObject({ major: 1 })
  expect(version.gitVersion).toMatch(/^v1\.\d+\.\d+/)
  expect(tooOld(version)).toBe(false)
  const uid = await readClusterUid(admin, signal)
  expect(uid).toBe((await api.get('/api/v1/namespaces/kube-system')).metadata.uid)
  expect(await readGroups(admin, signal)).toEqual(expect.arrayContaining(['apps', 'rbac.authorization.k8s.io']))
  const apps = (await readApiGroups(admin, signal)).find(({ name }) => name === 'apps')
  expect(apps).toMatchObject({ preferredVersion: 'v1', versions: ['v1'] })
  const resources = await readResources(admin, 'apps/v1', signal)
  expect(resources.find(({ name }) => name === 'deployments')).toMatchObject({ kind: 'Deployment', namespaced: true })
  expect((await readResources(admin, 'v1', signal)).map(({ name }) => name)).toContain('pods')
})

test('objects are made, applied, changed and deleted', async () => {
  const base = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace } }
  await postJson(admin, '/api/v1/namespaces', { metadata: { name: namespace } }, signal)
  const path = objectPath(configMaps, { namespace, name: 'a' })
  const body = (data: object) => ({ ...base, data })
  const made = await apply(admin, path, body({ x: '1' }), { fieldManager: 'one' }, signal)
  expect(made.data).toEqual({ x: '1' })

  const conflict = await refusal(apply(admin, path, body({ x: '2' }), { fieldManager: 'two' }, signal))
  expect(conflict).toMatchObject({ status: 409, reason: 'Conflict', retryable: false })
  const forced = await apply(admin, path, body({ x: '2' }), { fieldManager: 'two', force: true }, signal)
  expect(forced.data).toEqual({ x: '2' })
  await apply(admin, path, body({ x: '3' }), { fieldManager: 'two', dryRun: true }, signal)
  expect((await getJson(admin, path, signal)).data).toEqual({ x: '2' })
  expect((await patchJson(admin, path, { data: { y: '1' } }, signal)).data).toEqual({ x: '2', y: '1' })

  const again = await refusal(postJson(admin, collectionPath(configMaps, { namespace }), body({}), signal))
  expect(again).toMatchObject({ status: 409, reason: 'AlreadyExists' })
  const other = await refusal(del(admin, path, { preconditions: { uid: 'another' } }, signal))
  expect(other).toMatchObject({ status: 409, reason: 'Conflict' })
  const { uid } = (await getJson<KubeObject>(admin, path, signal)).metadata
  expect(await del(admin, path, { preconditions: { uid }, dryRun: true }, signal)).toBe(true)
  expect(await del(admin, path, { preconditions: { uid } }, signal)).toBe(true)
  expect(await del(admin, path, {}, signal)).toBe(false)
  expect(await refusal(getJson(admin, path, signal))).toMatchObject({ status: 404, reason: 'NotFound' })
})

test('rights are those of the credential', async () => {
  const viewer = await asAccount('viewer', 'view')
  expect(credentialInfo(viewer)).toMatchObject({ kind: 'token', user: `system:serviceaccount:${namespace}:viewer` })
  expect(Date.parse(credentialInfo(viewer).expiresAt ?? '')).toBeGreaterThan(Date.now())
  await using transport = directTransport(viewer)
  const answers = await whatMayI(
    transport,
    [
      { verb: 'list', group: '', resource: 'pods' },
      { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace },
      { verb: 'list', group: '', resource: 'secrets' },
      { verb: 'delete', group: 'apps', resource: 'deployments' },
      ...Array.from({ length: 20 }, () => ({ verb: 'list', group: 'apps', resource: 'deployments' })),
    ],
    signal,
  )
  expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, false, false, ...Array(20).fill(true)])
  expect(answers[3]?.check).toMatchObject({ verb: 'delete' })
})

test('a watch of what may not be read, or is not there, throws', async () => {
  await using nobody = directTransport(await asAccount('nobody'))
  for (const [transport, resource, status] of [
    [nobody, configMaps, 403],
    [admin, { ...configMaps, group: 'nobody.example.com', resource: 'things' }, 404],
  ] as const) {
    await using watch = watching(transport, resource, {})
    await expect(watch.until(() => false)).rejects.toThrow()
    expect(watch.thrown).toBeInstanceOf(KubeStatusError)
    expect(watch.thrown).toMatchObject({ status })
  }
})

test('a token that is no longer good is a 401', async () => {
  await using transport = directTransport({
    ...target,
    tls: { ca: target.tls.ca!, insecureSkipVerify: false },
    auth: { kind: 'token', token: 'nonsense' },
  })
  const error = await refusal(readClusterUid(transport, signal))
  expect(error).toMatchObject({ status: 401, reason: 'Unauthorized' })
  expect(error.message).not.toContain('nonsense')
})
