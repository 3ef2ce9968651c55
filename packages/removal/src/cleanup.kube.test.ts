import { randomUUID } from 'node:crypto'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { Json } from '@moorage/testkit/api-client.ts'
import { dump, dumpDifference, lastingDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labelsOf, putAgent } from '../test/agent.ts'
import { agent, type Dirty, INSTANCE, impatient, NAMESPACE, signal, startDirty, timing } from '../test/dirty.ts'
import { cleanup } from './cleanup.ts'
import { findInstances, planCleanup } from './cleanup-plan.ts'

let dirty: Dirty
let plane: Dirty['plane']

const OTHER = 'bbbbbbbb-1111-4222-8333-444444444444'
const labels = labelsOf(INSTANCE)
const configMaps = '/api/v1/namespaces/default/configmaps'
const namespaces = '/api/v1/namespaces'

beforeAll(async () => {
  dirty = await startDirty('cleanup', async ({ api }) => {
    await api.apply(crd('things.example.org', 'Thing'))
    await putAgent(api, { instance: OTHER, namespace: 'other-hub' })
    const half = { name: 'moorage-half', namespace: 'default', labels: { 'moorage.dev/instance': INSTANCE } }
    await api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: half })
  })
  plane = dirty.plane
})
afterAll(() => dirty?.[Symbol.asyncDispose]())

const run: Dirty['run'] = (...args) => dirty.run(...args)
/** For a cleanup that something is in the way of. */
const runInVain = () => dirty.run(null, dirty.transport, impatient)
const expectAsBefore = async () => expect(await dirty.difference()).toEqual([])

function crd(name: string, kind: string, more: Json = {}): Json {
  const [plural, ...group] = name.split('.')
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, ...more },
    spec: {
      group: group.join('.'),
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  }
}

/** Made once its type is served. */
const create = async (path: string, object: Json) => {
  let made: Json
  await eventually(
    async () => {
      made = await plane.api.create(path, object)
      return true
    },
    { within: 30_000 },
  )
  return made
}

test('an agent goes without a trace, the other hub’s stays, and a second run finds nothing', async () => {
  await putAgent(plane.api, agent)
  const { instances } = await findInstances(dirty.transport, signal)
  expect(instances.map(({ id }) => id).toSorted()).toEqual([INSTANCE, OTHER])
  const { result } = await run()
  expect(result).toMatchObject({ clean: true, left: [] })
  await expectAsBefore()
  const again = await run()
  expect(again).toMatchObject({ progress: [], result: { clean: true } })
})

test.for([
  ['configmaps', '/api/v1', { apiVersion: 'v1', kind: 'ConfigMap' }],
  ['things', '/apis/example.org/v1', { apiVersion: 'example.org/v1', kind: 'Thing' }],
] as const)(
  'what a user has of %s in our namespace keeps it: emptied of ours, and theirs from then on',
  async ([resource, root, type]) => {
    const namespace = `with-${resource}`
    const theirs = { ...agent, instance: randomUUID(), namespace }
    const path = `${root}/namespaces/${namespace}/${resource}`
    await putAgent(plane.api, theirs)
    await plane.api.create(path, { ...type, metadata: { name: 'mine' } })
    const mine = await plane.api.get(`${path}/mine`)
    const { progress, result } = await run(null, dirty.transport, timing, theirs.instance)
    expect(result.clean).toBe(true)
    expect(progress).toContainEqual({
      handedOver: expect.objectContaining({ kind: 'Namespace', name: namespace }),
      because: `it holds what is not Moorage's: ${type.kind} ${namespace}/mine`,
    })
    expect(await plane.api.get(`${path}/mine`)).toEqual(mine)
    expect((await plane.api.get(`${namespaces}/${namespace}`)).metadata.labels).toEqual({
      'kubernetes.io/metadata.name': namespace,
    })
    await plane.api.delete(`${namespaces}/${namespace}`)
    expect(await dirty.difference(lastingDifference)).toEqual([])
  },
)

test('a finalizer of ours that nobody acts on is cleared; one of a user’s never is', async () => {
  await plane.api.create(configMaps, { metadata: { name: 'ours', labels, finalizers: ['moorage.dev/tidy'] } })
  const both = ['moorage.dev/tidy', 'example.org/hold']
  await plane.api.create(configMaps, { metadata: { name: 'held', labels, finalizers: both } })
  const { progress, result } = await runInVain()
  expect(result.clean).toBe(false)
  expect(result.left.map(({ name }) => name)).toEqual(['held'])
  expect(progress).toContainEqual({ removed: expect.objectContaining({ name: 'ours' }) })
  expect(progress).toContainEqual({
    failed: expect.objectContaining({ name: 'held' }),
    because: expect.stringContaining('example.org/hold'),
  })
  expect((await plane.api.get(`${configMaps}/held`)).metadata.finalizers).toEqual(['example.org/hold'])
  await plane.api.patch(`${configMaps}/held`, { metadata: { finalizers: [] } })
  expect((await run()).result.clean).toBe(true)
  await expectAsBefore()
})

test('a namespace waits for what is in the way inside, instead of hanging', async () => {
  await putAgent(plane.api, agent)
  const path = `${namespaces}/${NAMESPACE}/configmaps/moorage-agent`
  await plane.api.patch(path, { metadata: { finalizers: ['example.org/hold'] } })
  const { progress, result } = await runInVain()
  expect(result.clean).toBe(false)
  expect(progress).toContainEqual({
    failed: expect.objectContaining({ kind: 'Namespace' }),
    because: `ConfigMap ${NAMESPACE}/moorage-agent is in the way`,
  })
  expect((await plane.api.get(`${namespaces}/${NAMESPACE}`)).status.phase).toBe('Active')
  await plane.api.patch(path, { metadata: { finalizers: [] } })
  expect((await run()).result.clean).toBe(true)
  await expectAsBefore()
})

test('a namespace that hangs already tells why, and goes when that is gone', async () => {
  await putAgent(plane.api, agent)
  const path = `/apis/example.org/v1/namespaces/${NAMESPACE}/things`
  await plane.api.create(path, {
    apiVersion: 'example.org/v1',
    kind: 'Thing',
    metadata: { name: 'mine', finalizers: ['example.org/hold'] },
  })
  await plane.api.delete(`${namespaces}/${NAMESPACE}`)
  // The controller manager finds that it hangs a few seconds later.
  await eventually(
    async () => {
      const { status } = await plane.api.get(`${namespaces}/${NAMESPACE}`)
      expect(JSON.stringify(status.conditions ?? [])).toContain('example.org/hold')
    },
    { within: 30_000 },
  )
  const { progress, result } = await runInVain()
  expect(result.clean).toBe(false)
  expect(progress).toContainEqual({
    failed: expect.objectContaining({ kind: 'Namespace' }),
    because: expect.stringMatching(/example\.org\/hold/),
  })
  await plane.api.patch(`${path}/mine`, { metadata: { finalizers: [] } })
  expect((await run()).result.clean).toBe(true)
  await expectAsBefore()
})

test('a webhook of ours that is dead, and an API of ours that is, block nothing', async () => {
  await putAgent(plane.api, agent)
  const service = { namespace: NAMESPACE, name: 'gone' }
  await plane.api.create('/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: 'v1.dead.moorage.dev', labels },
    spec: {
      group: 'dead.moorage.dev',
      version: 'v1',
      groupPriorityMinimum: 1,
      versionPriority: 1,
      service,
      insecureSkipTLSVerify: true,
    },
  })
  await eventually(
    async () => {
      const { status } = await plane.api.get('/apis/apiregistration.k8s.io/v1/apiservices/v1.dead.moorage.dev')
      return status?.conditions?.some((each: Json) => each.type === 'Available' && each.status === 'False')
    },
    { within: 30_000 },
  )
  await plane.api.create('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    metadata: { name: 'moorage-dead', labels },
    webhooks: [
      {
        name: 'dead.moorage.dev',
        clientConfig: { service },
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 1,
      },
    ],
  })
  const path = `${namespaces}/${NAMESPACE}/configmaps/moorage-agent`
  const blocked = () =>
    plane.api.patch(path, { metadata: { annotations: { at: `${Date.now()}` } } }).then(
      () => false,
      () => true,
    )
  await eventually(blocked, { within: 20_000 })
  const { result } = await run()
  expect(result).toMatchObject({ clean: true, left: [] })
  await expectAsBefore()
})

test('a type of ours goes with our objects of it; one that users have objects of stays with them', async () => {
  await plane.api.apply(crd('empties.moorage.dev', 'Empty', { labels }))
  await plane.api.apply(crd('useds.moorage.dev', 'Used', { labels }))
  const empties = '/apis/moorage.dev/v1/namespaces/default/empties'
  const useds = '/apis/moorage.dev/v1/namespaces/default/useds'
  await create(empties, { apiVersion: 'moorage.dev/v1', kind: 'Empty', metadata: { name: 'ours', labels } })
  await create(useds, { apiVersion: 'moorage.dev/v1', kind: 'Used', metadata: { name: 'ours', labels } })
  await create(useds, { apiVersion: 'moorage.dev/v1', kind: 'Used', metadata: { name: 'mine' } })
  const { progress, result } = await run()
  expect(result.clean).toBe(true)
  expect(progress).toContainEqual({
    handedOver: expect.objectContaining({ name: 'useds.moorage.dev' }),
    because: expect.stringContaining('Used default/mine'),
  })
  expect(await plane.api.probe(`${useds}/mine`)).toBe(200)
  expect(await plane.api.probe(`${useds}/ours`)).toBe(404)
  await plane.api.delete('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/useds.moorage.dev')
  await expectAsBefore()
})

test('without one right nothing is begun, and the missing one is named', async () => {
  await putAgent(plane.api, agent)
  const kubeconfig = await plane.serviceAccountKubeconfig({
    name: 'weak',
    namespace: 'weak',
    role: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] },
      { apiGroups: ['', 'apps'], resources: ['*'], verbs: ['*'] },
    ],
  })
  await using weak = directTransport(readKubeconfig(kubeconfig))
  const imported = await dump(plane.api)
  await expect(run(null, weak)).rejects.toMatchObject({
    code: 'rights_missing',
    rights: expect.arrayContaining([`delete roles.rbac.authorization.k8s.io moorage-agent in ${NAMESPACE}`]),
  })
  expect(dumpDifference(imported, await dump(plane.api))).toEqual([])
  await plane.api.delete(`${namespaces}/weak`)
  await plane.api.delete('/apis/rbac.authorization.k8s.io/v1/clusterroles/weak-weak')
  await plane.api.delete('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/weak-weak')
  await run()
  await expectAsBefore()
})

test('killed anywhere, the next run does the rest', async () => {
  const one = async (steps: number) => {
    const mine = { ...agent, instance: randomUUID(), namespace: `killed-${steps}` }
    await putAgent(plane.api, mine)
    const generator = cleanup({ transport: dirty.transport, helm: null, timing }, mine.instance, signal)
    for (let step = 0; step < steps; step++) await generator.next()
    // Nothing more is done by it, as if its process had ended.
    expect((await planCleanup(dirty.transport, mine.instance, signal)).removes).not.toEqual([])
    expect((await dirty.run(null, dirty.transport, timing, mine.instance)).result.clean).toBe(true)
  }
  await Promise.all([1, 3, 5, 7].map(one))
  await expectAsBefore()
})
