import { readFileSync } from 'node:fs'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watching } from '../test/watching.ts'
import { type DirectTarget, directTransport } from './direct.ts'
import { TransportError } from './errors.ts'
import { readKubeconfig } from './kubeconfig.ts'
import type { Resource } from './resource.ts'
import type { KubeRequest, KubeTransport } from './transport.ts'

const configMaps: Resource = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true }
const quick = { backOff: { baseMs: 50, capMs: 500 }, namespace: 'default' }

let plane: ControlPlane
let target: DirectTarget

beforeAll(async () => {
  plane = await startControlPlane({
    name: 'kube-watch',
    scheduler: false,
    controllerManager: false,
    // Continued lists come from etcd then, so that a compaction there is felt.
    apiServerArgs: ['--feature-gates=ListFromCacheSnapshot=false', '--watch-cache=true'],
  })
  target = readKubeconfig(plane.kubeconfig)
})

afterAll(() => plane?.stop())

const put = (name: string, value = '1') =>
  plane.api.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { value },
  })
const remove = (name: string) => plane.api.delete(`/api/v1/namespaces/default/configmaps/${name}`)

test('an API server that goes and comes back is followed to the same state as it has', async () => {
  await put('stays')
  await put('goes')
  await using transport = directTransport(target)
  await using watch = watching(transport, configMaps, quick)
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'opened'))
  await plane.stopApiServer()
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'trouble'))
  const trouble = watch.messages.flatMap(message => (message.type === 'trouble' ? [message.error] : []))
  expect(trouble[0]).toBeInstanceOf(TransportError)
  await plane.startApiServer()
  await remove('goes')
  await put('comes')
  await watch.until(({ present }) => present.has('comes') && !present.has('goes'))
  expect(watch.present.has('stays')).toBe(true)
})

test('an API server that freezes is noticed, and followed again when it thaws', async () => {
  await using transport = directTransport(target)
  await using watch = watching(transport, configMaps, { ...quick, watchSeconds: 2, idleGraceMs: 1_000 })
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'opened'))
  plane.freeze()
  try {
    await watch.until(({ messages }) =>
      messages.some(m => m.type === 'trouble' && m.error instanceof TransportError && m.error.reason === 'timeout'),
    )
  } finally {
    plane.thaw()
  }
  await put('after-the-frost')
  await watch.until(({ present }) => present.has('after-the-frost'), 60_000)
  expect(watch.kinds().filter(kind => kind === 'restarted')).toHaveLength(1)
})

/** Drops etcd's history up to its present revision. */
const compact = async () => {
  const { metadata } = await put('compacted', String(performance.now()))
  const etcd = etcdUrl()
  const response = await fetch(`${etcd}/v3/kv/compaction`, {
    method: 'POST',
    body: JSON.stringify({ revision: metadata.resourceVersion, physical: true }),
  })
  expect(response.status).toBe(200)
}

const etcdUrl = () => {
  const { etcd } = plane.pids
  const args = readFileSync(`/proc/${etcd}/cmdline`, 'utf8').split('\0')
  return args.find(arg => arg.startsWith('--listen-client-urls='))?.split('=')[1]
}

test('a list whose next page expired is started anew and comes out whole', async () => {
  await Promise.all(Array.from({ length: 12 }, (_, i) => put(`page-${i}`)))
  await using direct = directTransport(target)
  let compacted = false
  // Between the first page and the second one, the history goes.
  const transport: KubeTransport = {
    ...direct,
    async request(request: KubeRequest, signal: AbortSignal) {
      if (request.path.includes('continue=') && !compacted) {
        compacted = true
        await put('late')
        await compact()
      }
      return direct.request(request, signal)
    },
  }
  await using watch = watching(transport, configMaps, { ...quick, pageSize: 5 })
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'opened'))
  expect(compacted).toBe(true)
  expect(watch.messages.filter(({ type }) => type === 'restarted')).toHaveLength(2)
  expect(watch.present.has('late')).toBe(true)
  expect([...watch.present.keys()].filter(name => name.startsWith('page-'))).toHaveLength(12)
})

test('a version that the server no longer knows leads to a list', async () => {
  await put('a')
  const { metadata } = await put('b')
  await remove('b')
  await compact()
  // Its cache still knows; what it reads anew from etcd does not.
  await plane.stopApiServer()
  await plane.startApiServer()
  await using transport = directTransport(target)
  await using watch = watching(transport, configMaps, { ...quick, resumeFrom: metadata.resourceVersion })
  await watch.until(({ present }) => present.has('a'))
  expect(
    watch
      .kinds()
      .filter(kind => kind !== 'opened')
      .slice(0, 3),
  ).toEqual(['restarted', 'page', 'listed'])
  expect(watch.present.has('b')).toBe(false)
})
