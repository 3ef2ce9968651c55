import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from './api-client.ts'
import { createInBulk } from './bulk.ts'
import { startControlPlane } from './control-plane.ts'
import { eventually } from './eventually.ts'
import { flavours } from './flavours/flavours.ts'
import { startKwok } from './kwok.ts'
import { startTestbed, type Testbed } from './testbed.ts'

/** ms; some twenty pods have to be scheduled and run on a busy machine. */
const RUNS_WITHIN = 60_000

let testbed: Testbed
let api: Testbed['controlPlane']['api']
beforeAll(async () => {
  testbed = await startTestbed({ name: 'moving', flavour: 'gke', nodes: 3, workloads: true, metrics: true })
  api = testbed.controlPlane.api
})
afterAll(() => testbed?.[Symbol.asyncDispose]())

const podsOf = async (app: string) => (await api.get(`/api/v1/pods?labelSelector=app=${app}`)).items as Json[]
const waiting = (pod: Json) => pod.status.containerStatuses?.[0]?.state.waiting?.reason

test('nodes are Ready and look like the flavour', async () => {
  const { items } = await api.get('/api/v1/nodes')
  expect(items).toHaveLength(3)
  expect(items[0].spec.providerID).toMatch(/^gce:\/\/acme-platform\/europe-west4-[abc]\/gke-moving-/)
  expect(items[0].status.nodeInfo.kubeletVersion).toBe('v1.36.3-gke.1120000')
  expect((await api.get('/version')).gitVersion).toBe('v1.36.3-gke.1120000')
})

test('pods run, crash, fail to pull and bind their volumes', async () => {
  await eventually(
    async () => {
      expect((await podsOf('web')).map(pod => pod.status.phase)).toEqual(Array(4).fill('Running'))
      expect((await podsOf('recommendations')).map(waiting)).toEqual(Array(2).fill('CrashLoopBackOff'))
      expect((await podsOf('fraud')).map(pod => [pod.status.phase, waiting(pod)])).toEqual([
        ['Pending', 'ImagePullBackOff'],
      ])
      expect((await podsOf('postgres')).map(pod => pod.status.phase)).toEqual(Array(3).fill('Running'))
      expect(await podsOf('log-shipper')).toHaveLength(3)
    },
    { within: RUNS_WITHIN },
  )
})

test('a pod has logs', async () => {
  const [pod] = await podsOf('web')
  expect(await api.get(`/api/v1/namespaces/shop/pods/${pod.metadata.name}/log?tailLines=1`)).toMatch(
    /^request 19 answered/,
  )
})

test('movement changes pods and writes warnings', async () => {
  const names = async () => (await api.get('/api/v1/pods')).items.map((pod: Json) => pod.metadata.uid).sort()
  const before = await names()
  await using _ = testbed.move()
  await eventually(async () => expect(await names()).not.toEqual(before), { within: RUNS_WITHIN, every: 500 })
})

test('a node can be taken away', async () => {
  const [added] = (await testbed.kwok.addNodes(1)) as [string]
  await testbed.kwok.removeNode(added)
  expect(await api.probe(`/api/v1/nodes/${added}`)).toBe(404)
})

test('every flavour is taken by a real API server, with its CRDs and nodes', async () => {
  await using controlPlane = await startControlPlane({ name: 'flavours' })
  for (const flavour of Object.values(flavours)) {
    await using kwok = await startKwok(controlPlane, flavour)
    const [node] = (await kwok.addNodes(1)) as [string]
    const made = await controlPlane.api.get(`/api/v1/nodes/${node}`)
    expect(made.status.nodeInfo.osImage).toBe(flavour.osImage)
    await kwok.removeNode(node)
  }
  expect(await controlPlane.api.probe('/apis/config.openshift.io/v1/clusterversions/version')).toBe(200)
  expect(await controlPlane.api.probe('/apis/anywhere.eks.amazonaws.com/v1alpha1/clusters')).toBe(200)
  expect(await controlPlane.api.probe('/api/v1/namespaces/kube-system/configmaps/kubeadm-config')).toBe(200)
})

test('bulk objects are there with their status', async () => {
  await using controlPlane = await startControlPlane({ name: 'bulk', scheduler: false, controllerManager: false })
  await createInBulk(controlPlane, { nodes: 20, pods: 400 })
  await createInBulk(controlPlane, { nodes: 0, pods: 10, prefix: 'more' })
  const pods = (await controlPlane.api.get('/api/v1/pods')).items as Json[]
  expect(pods).toHaveLength(410)
  expect(pods.filter(pod => waiting(pod) === 'CrashLoopBackOff')).toHaveLength(3)
  expect(
    pods.filter(pod => pod.metadata.name.startsWith('more-')).every(pod => /^node-\d+$/.test(pod.spec.nodeName)),
  ).toBe(true)
  const nodes = (await controlPlane.api.get('/api/v1/nodes')).items as Json[]
  expect(nodes.every(node => node.status.capacity.cpu)).toBe(true)
})

// Last, as it takes 20 s to have a first rate.
test('the real metrics-server reports what nodes and pods use', async () => {
  await eventually(
    async () => {
      const { items } = await api.get('/apis/metrics.k8s.io/v1beta1/nodes')
      expect(items).toHaveLength(3)
      expect(Number.parseInt(items[0].usage.cpu, 10)).toBeGreaterThan(0)
      const pods = await api.get('/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods')
      expect(pods.items.length).toBeGreaterThan(0)
    },
    { within: 90_000, every: 500 },
  )
})
