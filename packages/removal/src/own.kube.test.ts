import { randomUUID } from 'node:crypto'
import { dialer } from '@moorage/kube/dial.ts'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { Json } from '@moorage/testkit/api-client.ts'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { DUMP_EVERY, dump, dumpDifference, lastingDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fullRules, labelsOf, putAgent, type TestAgent } from '../test/agent.ts'
import { putLookAlikes } from '../test/look-alikes.ts'
import { type RemoveOwnRequest, removeOwn } from './own.ts'
import type { RemovalProgress } from './progress.ts'

// Its own control plane: the dumps compare all of it.
let plane: ControlPlane
/** The cluster as it was before any import, crowded with what only looks like ours. */
let before: Record<string, Json>

const INSTANCE = 'aaaaaaaa-1111-4222-8333-444444444444'
const OTHER = 'bbbbbbbb-1111-4222-8333-444444444444'
/** Not waited for here as long as for a real cluster. */
const timing = { goneWithin: 15_000, retryFor: 2_000, finalizerPatience: 500 }
const signal = new AbortController().signal

beforeAll(async () => {
  plane = await startControlPlane({ name: 'removal', scheduler: false })
  await putLookAlikes(plane.api, INSTANCE)
  // Another hub's agent in the same member.
  await putAgent(plane.api, { instance: OTHER, namespace: 'other-hub' })
  before = await dumpAtRest(plane.api)
})
afterAll(() => plane?.stop())

async function remove(
  token: string,
  agent: TestAgent,
  more: Partial<RemoveOwnRequest> = {},
  until: AbortSignal = signal,
  onProgress: (progress: RemovalProgress) => unknown = () => {},
) {
  const target = readKubeconfig(plane.tokenKubeconfig(token))
  await using transport = directTransport(target)
  const request = { instance: agent.instance, namespace: agent.namespace, objects: [], ...more }
  const deps = {
    transport,
    connect: dialer(target),
    host: target.server.host,
    authorization: () => `Bearer ${token}`,
    timing,
  }
  const progress: RemovalProgress[] = []
  for await (const each of removeOwn(deps, request, until)) {
    progress.push(each)
    await onProgress(each)
  }
  return progress
}

const removed = (progress: RemovalProgress[]) =>
  progress.flatMap(each => ('removed' in each ? [`${each.removed.kind} ${each.removed.name}`] : []))
const isDone = (progress: RemovalProgress[]) => progress.some(each => 'done' in each)

/** Namespaces on their way out are not waited for. */
async function expectAsBefore(difference = lastingDifference) {
  const differs = async () => expect(difference(before, await dump(plane.api))).toEqual([])
  await eventually(differs, { within: 30_000, every: DUMP_EVERY })
}

/** Of a hub of its own, so that nobody waits until a namespace is gone, which takes Kubernetes 5 s. */
const agentIn = (namespace: string, rules?: Json[], instance: string = randomUUID()): TestAgent => ({
  instance,
  namespace,
  ...(rules === undefined ? {} : { rules }),
})

test.for(['read-only', 'full'] as const)('an agent in %s mode leaves nothing', async mode => {
  const agent = agentIn(`moorage-${mode}`, mode === 'full' ? fullRules : undefined, INSTANCE)
  const token = await putAgent(plane.api, agent)
  const progress = await remove(token, agent)
  expect(progress.at(-1)).toEqual({ done: true })
  expect(removed(progress).toSorted()).toEqual(
    [
      'ClusterRole moorage-agent-aaaaaaaa',
      'ClusterRoleBinding moorage-agent-aaaaaaaa',
      'ConfigMap moorage-agent',
      'Deployment moorage-agent',
      `Namespace moorage-${mode}`,
      'Role moorage-agent',
      'RoleBinding moorage-agent',
      'Secret moorage-agent',
      'ServiceAccount moorage-agent',
    ].toSorted(),
  )
  // The next one is of the same hub.
  await expectAsBefore(dumpDifference)
})

test('a policy that refuses one of the last deletes is met before any of them', async () => {
  const agent = agentIn('with-policy')
  const token = await putAgent(plane.api, agent)
  const name = 'keep-secrets'
  const admission = '/apis/admissionregistration.k8s.io/v1'
  await plane.api.create(`${admission}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['*'], operations: ['DELETE'], resources: ['secrets'] }],
      },
      validations: [{ expression: 'false', message: 'Secrets are kept here' }],
    },
  })
  await plane.api.create(`${admission}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  })
  const path = '/api/v1/namespaces/default/secrets'
  const metadata = { name: 'probe' }
  const isActive = async () => {
    await plane.api.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, namespace: 'default' } })
    return plane.api.delete(`${path}/probe`).then(
      () => false,
      () => true,
    )
  }
  await eventually(isActive, { within: 30_000 })
  const imported = await dump(plane.api)
  const refused = await remove(token, agent)
  expect(isDone(refused)).toBe(false)
  expect(refused).toContainEqual({
    failed: expect.objectContaining({ kind: 'Secret' }),
    message: expect.stringContaining('Secrets are kept here'),
  })
  expect(lastingDifference(imported, await dump(plane.api))).toEqual([])
  await plane.api.delete(`${admission}/validatingadmissionpolicybindings/${name}`)
  await plane.api.delete(`${admission}/validatingadmissionpolicies/${name}`)
  await eventually(
    () =>
      plane.api.delete(`${path}/probe`).then(
        () => true,
        () => false,
      ),
    { within: 30_000 },
  )
  expect(isDone(await remove(token, agent))).toBe(true)
  await expectAsBefore()
})

test('a Secret that somebody put into the namespace is never read, and keeps it', async () => {
  const agent = agentIn('with-secret')
  const token = await putAgent(plane.api, agent)
  const metadata = { name: 'registry', namespace: agent.namespace }
  await plane.api.apply({ apiVersion: 'v1', kind: 'Secret', metadata })
  const progress = await remove(token, agent)
  expect(isDone(progress)).toBe(true)
  expect(progress).toContainEqual({
    kept: expect.objectContaining({ kind: 'Namespace', name: 'with-secret' }),
    because: "it holds what is not Moorage's: 1 of secrets",
  })
  expect(await plane.api.probe(`/api/v1/namespaces/${agent.namespace}/secrets/registry`)).toBe(200)
  expect(await plane.api.probe(`/api/v1/namespaces/${agent.namespace}/resourcequotas/moorage-count`)).toBe(404)
  await plane.api.delete(`/api/v1/namespaces/${agent.namespace}`)
  await expectAsBefore()
})

test('what another import of the same hub left elsewhere is in nobody’s way, and is told', async () => {
  const agent = agentIn('imported-twice')
  await putAgent(plane.api, { ...agent, namespace: 'given-up' })
  const progress = await remove(await putAgent(plane.api, agent), agent)
  expect(progress.at(-1)).toEqual({ done: true })
  const kept = progress.flatMap(each => ('kept' in each ? [`${each.kept.kind} ${each.because}`] : []))
  expect(kept.toSorted()).toEqual([
    expect.stringMatching(/^Deployment another import by this hub made it.*moorage cleanup/),
    expect.stringMatching(/^Namespace another import by this hub made it/),
  ])
  expect(await plane.api.probe('/apis/apps/v1/namespaces/given-up/deployments/moorage-agent')).toBe(200)
  await plane.api.delete('/api/v1/namespaces/given-up')
  await expectAsBefore()
})

test('what the hub has put elsewhere goes by the ledger and by label; what users took over stays', async () => {
  const agent = agentIn('elsewhere', fullRules)
  const token = await putAgent(plane.api, agent)
  const { api } = plane
  const labels = labelsOf(agent.instance)
  const made = await api.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'made', namespace: 'default', labels },
  })
  const taken = await api.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'taken', namespace: 'default' },
  })
  const copy = {
    name: 'copy',
    namespace: 'default',
    labels,
    annotations: { 'moorage.dev/object': 'ConfigMap default/made' },
  }
  await api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: copy })
  const stuck = { name: 'stuck', namespace: 'default', labels, finalizers: ['moorage.dev/tidy'] }
  await api.create('/api/v1/namespaces/default/configmaps', { metadata: stuck })
  const ref = ({ metadata }: Json) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'default',
    name: metadata.name,
    uid: metadata.uid,
  })
  const gone = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'gone', uid: 'u' }
  const unserved = { apiVersion: 'no.example.org/v1', kind: 'Widget', namespace: 'default', name: 'w', uid: 'u' }

  const progress = await remove(token, agent, { objects: [ref(made), ref(taken), gone, unserved] })
  expect(removed(progress)).toEqual(
    expect.arrayContaining(['ConfigMap made', 'ConfigMap stuck', 'ConfigMap gone', 'Widget w']),
  )
  expect(progress).toContainEqual({ kept: ref(taken), because: expect.stringContaining('does not carry the labels') })
  expect(progress).toContainEqual({
    kept: expect.objectContaining({ name: 'copy' }),
    because: 'it is a copy of ConfigMap default/made',
  })
  expect(progress).toContainEqual({ scan: [] })
  expect(isDone(progress)).toBe(true)
  for (const name of ['taken', 'copy']) {
    expect(await api.probe(`/api/v1/namespaces/default/configmaps/${name}`)).toBe(200)
    await api.delete(`/api/v1/namespaces/default/configmaps/${name}`)
  }
  await expectAsBefore()
})

test('without one right, nothing is begun; with it, it goes through', async () => {
  const agent = agentIn('without-right')
  const token = await putAgent(plane.api, agent)
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${agent.namespace}/roles/moorage-agent`
  const role = await plane.api.get(path)
  const rules = role.rules.map((rule: Json) =>
    rule.resources.includes('configmaps') ? { ...rule, verbs: ['get'] } : rule,
  )
  await plane.api.patch(path, { rules })
  const imported = await dump(plane.api)
  const refused = await remove(token, agent)
  expect(isDone(refused)).toBe(false)
  expect(refused).toContainEqual({
    failed: expect.objectContaining({ kind: 'ConfigMap' }),
    message: expect.stringContaining('delete configmaps moorage-agent in without-right'),
  })
  expect(lastingDifference(imported, await dump(plane.api))).toEqual([])
  await plane.api.patch(path, { rules: role.rules })
  await eventually(async () => isDone(await remove(token, agent)), { within: 20_000 })
  await expectAsBefore()
})

test('a finalizer of somebody else on an object of the agent is told, and the agent stays until it is gone', async () => {
  const agent = agentIn('with-finalizer')
  const token = await putAgent(plane.api, agent)
  const path = `/api/v1/namespaces/${agent.namespace}/configmaps/moorage-agent`
  await plane.api.patch(path, { metadata: { finalizers: ['example.org/hold'] } })
  const imported = await dump(plane.api)
  const refused = await remove(token, agent)
  expect(isDone(refused)).toBe(false)
  expect(refused).toContainEqual({
    failed: expect.objectContaining({ kind: 'ConfigMap' }),
    message: expect.stringContaining('example.org/hold'),
  })
  expect(lastingDifference(imported, await dump(plane.api))).toEqual([])
  await plane.api.patch(path, { metadata: { finalizers: [] } })
  expect(isDone(await remove(token, agent))).toBe(true)
  await expectAsBefore()
})

test('cut off in the middle, it is done by the next one; what counts is taken along', async () => {
  const agent = agentIn('cut-off', fullRules)
  const token = await putAgent(plane.api, agent)
  const labels = labelsOf(agent.instance)
  for (const name of ['one', 'two'])
    await plane.api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels } })
  const quota = { name: 'moorage-count', namespace: agent.namespace, labels }
  await plane.api.create(`/api/v1/namespaces/${agent.namespace}/resourcequotas`, {
    metadata: quota,
    spec: { hard: {} },
  })
  const stop = new AbortController()
  const begun = remove(token, agent, {}, stop.signal, () => stop.abort(new Error('cut off')))
  await expect(begun).rejects.toThrow()
  expect(await plane.api.probe(`/api/v1/namespaces/${agent.namespace}/configmaps/moorage-agent`)).toBe(200)
  expect(isDone(await remove(token, agent))).toBe(true)
  await expectAsBefore()
})

test('a type that goes while what is left is counted is not waited for', async () => {
  const agent = agentIn('without-type')
  const token = await putAgent(plane.api, agent)
  const types = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const type = {
    group: 'goes.example.org',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  }
  await plane.api.create(types, { metadata: { name: 'things.goes.example.org' }, spec: type })
  const served = async () => (await plane.api.probe('/apis/goes.example.org/v1/things')) === 200
  await eventually(served, { within: 30_000 })
  const progress = await remove(token, agent, {}, signal, async each => {
    if ('scan' in each) await plane.api.delete(`${types}/things.goes.example.org`)
  })
  expect(progress.flatMap(each => ('kept' in each ? [each.because] : []))).toEqual([])
  expect(isDone(progress)).toBe(true)
  await expectAsBefore()
})

test('and of all these, nothing is left', () => expectAsBefore(dumpDifference))

test('a namespace that is not ours stays, with all that is in it', async () => {
  const agent = { instance: INSTANCE, namespace: 'users', inExisting: true }
  // What the users have by the agent's own names can not be there beside it.
  await plane.api.delete('/api/v1/namespaces/users/configmaps/moorage-agent')
  await plane.api.delete('/api/v1/namespaces/users/secrets/moorage-agent')
  const old = before
  before = await dump(plane.api)
  const token = await putAgent(plane.api, agent)
  const progress = await remove(token, agent)
  expect(isDone(progress)).toBe(true)
  expect(progress).toContainEqual({
    kept: expect.objectContaining({ kind: 'Namespace', name: 'users' }),
    because: expect.stringContaining('does not carry the labels'),
  })
  await expectAsBefore()
  expect(Object.keys(before).length).toBe(Object.keys(old).length - 2)
})
