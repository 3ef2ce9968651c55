import { readFileSync } from 'node:fs'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { KubeObject } from '@moorage/kube/resource.ts'
import { apiClient } from '@moorage/testkit/api-client.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { podInState, podStates } from '../test/pods.ts'
import type { Batch, InventoryRow } from './batch.ts'
import { projectedKinds } from './kinds.ts'
import { runProjector } from './project.ts'

const path = inject('kubeconfig')
const kubeconfig = readFileSync(path, 'utf8')
const api = apiClient(kubeconfig)
const transport = directTransport(readKubeconfig(kubeconfig))
const namespace = `projector-${process.pid}`
const named = `${namespace}-thing`
const meta = { name: named, namespace }

/** The rows as a store would hold them, kept by the batches of a real run. */
const rows = new Map<string, InventoryRow>()
const deltas: Batch[] = []
const stop = new AbortController()
let running: Promise<void>

const keyOf = (of: { kind: string; namespace: string; name: string }) => `${of.kind}/${of.namespace}/${of.name}`
const sink = async (batch: Batch) => {
  if (batch.type === 'rows') for (const row of batch.rows) rows.set(keyOf(row), row)
  if (batch.type !== 'delta') return
  deltas.push(batch)
  for (const row of batch.upserts) rows.set(keyOf(row), row)
  for (const gone of batch.deletes) rows.delete(keyOf({ kind: batch.kind, ...gone }))
}

const containers = [{ name: 'main', image: 'web:1', env: [{ name: 'PASSWORD', value: 'planted-secret' }] }]
const template = { metadata: { labels: { app: named } }, spec: { schedulerName: 'nobody', containers } }
const selector = { matchLabels: { app: named } }
const spec = { replicas: 2, selector, template }

/** One of every kind. */
const things = [
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: named, labels: { 'node-role.kubernetes.io/test': '' } },
    spec: { unschedulable: true },
  },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta, spec },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: meta, spec: { ...spec, serviceName: named } },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: meta, spec: { selector, template } },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: meta,
    spec: { suspend: true, template: { spec: { ...template.spec, restartPolicy: 'Never' } } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: meta,
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: { spec: { containers, restartPolicy: 'Never' } } } },
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: meta, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: meta, spec: { rules: [{ host: 'a.example.com' }] } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: named },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/tmp/x' },
      storageClassName: named,
    },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta,
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '512Mi' } },
      storageClassName: 'none-such',
    },
  },
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: named }, provisioner: 'example.com/none' },
  { apiVersion: 'v1', kind: 'ResourceQuota', metadata: meta, spec: { hard: { services: '10' } } },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `things.p${process.pid}.example.com` },
    spec: {
      group: `p${process.pid}.example.com`,
      scope: 'Namespaced',
      names: { kind: 'Thing', plural: 'things' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  },
]

const pathOf = (name: string) => `/api/v1/namespaces/${namespace}/pods/${name}`

beforeAll(async () => {
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await eventually(() => api.get(`/api/v1/namespaces/${namespace}/serviceaccounts/default`), { within: 30_000 })
  for (const thing of things) await api.apply(thing)
  for (const [name, state] of Object.entries(podStates)) {
    await api.apply(podInState(name, namespace, state))
    await api.patch(`${pathOf(name)}/status`, { status: state.status })
    if (state.deleted) await api.delete(pathOf(name))
  }
  running = runProjector({ transport, sink, resume: new Map(), signal: stop.signal })
})

afterAll(async () => {
  stop.abort()
  await running
  for (const [name, { deleted }] of Object.entries(podStates)) {
    if (deleted) await api.patch(pathOf(name), { metadata: { finalizers: null } })
  }
  const clusterScoped = things.filter(({ metadata }) => !('namespace' in metadata))
  const args = ['delete', '--wait=false', '--ignore-not-found', `ns/${namespace}`]
  await kubectl(path, [...args, ...clusterScoped.map(({ kind, metadata }) => `${kind}/${metadata.name}`)])
  await transport[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
})

const cells = async (...args: string[]) => {
  const { stdout } = await kubectl(path, ['get', ...args, '--no-headers'])
  return stdout
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.split(/\s{2,}/))
}

test('rows are what kubectl reads, reduced; in every kind', async () => {
  await eventually(
    async () => {
      for (const { kind, resource, group, namespaced, row } of projectedKinds) {
        const which = `${resource}${group === '' ? '' : `.${group}`}`
        const { stdout } = await kubectl(path, ['get', which, '-o', 'json', ...(namespaced ? ['-n', namespace] : [])])
        const items: KubeObject[] = JSON.parse(stdout).items
        // Other tests share the control plane, so what has no namespace is looked at by name.
        const ours = items.filter(of => namespaced || JSON.stringify(of.metadata).includes(String(process.pid)))
        expect(ours.length, kind).toBeGreaterThan(0)
        for (const of of ours) expect(rows.get(keyOf(row(of)))).toEqual(row(of))
      }
    },
    { within: 60_000 },
  )
  expect(JSON.stringify([...rows.values()])).not.toContain('planted-secret')
})

test('pods have the words that kubectl prints', async () => {
  const printed = await cells('pods', '-n', namespace)
  const ours = printed.filter(([name = '']) => name in podStates)
  expect(ours).toHaveLength(Object.keys(podStates).length)
  for (const [name = '', ready, status, restarts = ''] of ours) {
    const row = rows.get(`Pod/${namespace}/${name}`)!
    const { ready: isReady, restarts: count } = row.data
    expect({ name, ready: isReady, status: row.status, restarts: String(count) }).toEqual({
      name,
      ready,
      status,
      restarts: restarts.split(' ')[0],
    })
  }
})

test('nodes, volumes, claims, jobs and namespaces have the words that kubectl prints', async () => {
  const [node] = await cells('node', named)
  expect(rows.get(`Node//${named}`)).toMatchObject({ status: node?.[1], data: { roles: [node?.[2]] } })
  const status = async (kind: string, resource: string, inNamespace: boolean, name = named) => {
    const { stdout } = await kubectl(path, [
      'get',
      resource,
      name,
      '-o',
      'wide',
      ...(inNamespace ? ['-n', namespace] : []),
    ])
    const [head = '', line = ''] = stdout.split('\n')
    const at = head.indexOf('STATUS')
    const word = line.slice(at).split(/\s/)[0]
    expect(rows.get(`${kind}/${inNamespace ? namespace : ''}/${name}`)?.status, kind).toBe(word)
  }
  await status('PersistentVolume', 'pv', false)
  await status('PersistentVolumeClaim', 'pvc', true)
  await status('Job', 'job', true)
  await status('Namespace', 'ns', false, namespace)
})

test('changes arrive, and what is deleted goes', async () => {
  const at = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'comes-and-goes', namespace } }
  const key = `Service/${namespace}/comes-and-goes`
  await api.apply({ ...at, spec: { ports: [{ port: 80 }] } })
  await eventually(() => expect(rows.get(key)?.data).toMatchObject({ ports: ['80/TCP'] }), { within: 10_000 })
  await api.apply({ ...at, spec: { ports: [{ port: 81 }] } })
  await eventually(() => expect(rows.get(key)?.data).toMatchObject({ ports: ['81/TCP'] }), { within: 10_000 })
  await api.delete(`/api/v1/namespaces/${namespace}/services/comes-and-goes`)
  await eventually(() => expect(rows.has(key)).toBe(false), { within: 10_000 })
})
