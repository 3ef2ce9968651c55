import { readFileSync } from 'node:fs'
import { apiClient } from '@moorage/testkit/api-client.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { relayTo } from '../test/relay.ts'
import { watching } from '../test/watching.ts'
import { del } from './client.ts'
import { directTransport } from './direct.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { listPages } from './list.ts'
import { placeOf } from './place.ts'
import type { KubeObject, Resource } from './resource.ts'

const configMaps: Resource = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true }
const quick = { backOff: { baseMs: 50, capMs: 500 } }

const kubeconfig = readFileSync(inject('kubeconfig'), 'utf8')
const target = readKubeconfig(kubeconfig)
const api = apiClient(kubeconfig)
const transport = directTransport(target)
const never = new AbortController().signal

let count = 0
/** A namespace of a test's own. */
const namespace = async () => {
  const name = `watch-${process.pid}-${++count}`
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  return name
}
const put = (inNamespace: string, name: string, value = '1', labels = {}) =>
  api.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: inNamespace, labels },
    data: { value },
  })
const remove = (inNamespace: string, name: string) => api.delete(`/api/v1/namespaces/${inNamespace}/configmaps/${name}`)
/** The controller manager puts one into every namespace; it comes when it comes. */
const mine = { fieldSelector: 'metadata.name!=kube-root-ca.crt' }

beforeAll(async () => {
  await api.get('/readyz')
})

afterAll(async () => {
  await transport[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
})

test('a list in pages, then each change in its order', async () => {
  const ns = await namespace()
  await Promise.all(Array.from({ length: 25 }, (_, i) => put(ns, `a${i}`)))
  await using watch = watching(transport, configMaps, { ...quick, ...mine, namespace: ns, pageSize: 10 })
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'opened'))
  const pages = watch.messages.flatMap(message => (message.type === 'page' ? [message.items.length] : []))
  expect(pages).toEqual([10, 10, 5])
  expect(watch.kinds()).toEqual(['restarted', 'page', 'listed', 'opened'])
  await put(ns, 'b')
  await put(ns, 'b', '2')
  await remove(ns, 'b')
  await watch.until(({ messages }) => messages.some(m => m.type === 'changes' && m.changes.at(-1)?.type === 'DELETED'))
  const changes = watch.messages.flatMap(message => (message.type === 'changes' ? message.changes : []))
  expect(changes.map(({ type, object }) => [type, object.metadata.name])).toEqual([
    ['ADDED', 'b'],
    ['MODIFIED', 'b'],
    ['DELETED', 'b'],
  ])
  expect(watch.present.size).toBe(25)
  const objects = watch.messages.flatMap(message => (message.type === 'page' ? message.items : []))
  expect(JSON.stringify([objects, changes])).not.toContain('managedFields')
})

test('goes on from a version without a list, and misses nothing', async () => {
  const ns = await namespace()
  await put(ns, 'a')
  const first = watching(transport, configMaps, { ...quick, ...mine, namespace: ns })
  await first.until(({ present }) => present.has('a'))
  await first.stop()
  await put(ns, 'b')
  await remove(ns, 'a')
  await using second = watching(transport, configMaps, { ...quick, ...mine, namespace: ns, resumeFrom: first.version })
  await second.until(({ messages }) => messages.flatMap(m => (m.type === 'changes' ? m.changes : [])).length === 2)
  expect(second.kinds()).toEqual(['opened', 'changes'])
})

test('a version that is none, or of the future, leads to a list', async () => {
  const ns = await namespace()
  await put(ns, 'a')
  for (const resumeFrom of ['nonsense', '9999999999']) {
    await using watch = watching(transport, configMaps, { ...quick, ...mine, namespace: ns, resumeFrom })
    await watch.until(({ present }) => present.has('a'))
    expect(watch.kinds().slice(0, 3)).toEqual(['restarted', 'page', 'listed'])
  }
})

test('watches that the server ends are followed by others, and bookmarks move the version on', async () => {
  const ns = await namespace()
  const other = await namespace()
  await using watch = watching(transport, configMaps, { ...quick, ...mine, namespace: ns, watchSeconds: 7 })
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'opened'))
  const before = watch.version
  // A change elsewhere, of which only a bookmark tells here.
  await put(other, 'elsewhere')
  const opened = () => watch.messages.filter(({ type }) => type === 'opened').length
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'bookmark') && opened() > 2, 40_000)
  expect(BigInt(watch.version)).toBeGreaterThan(BigInt(before))
  await put(ns, 'a')
  await watch.until(({ present }) => present.has('a'))
  expect(watch.kinds().filter(kind => kind === 'restarted')).toHaveLength(1)
  expect(watch.kinds()).not.toContain('trouble')
})

test('cut connections are resumed without a list', async () => {
  const ns = await namespace()
  await put(ns, 'a')
  await using relay = await relayTo(placeOf(target.server).port)
  const server = new URL(`https://127.0.0.1:${relay.port}`)
  await using through = directTransport({ ...target, server })
  await using watch = watching(through, configMaps, { ...quick, ...mine, namespace: ns })
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'opened'))
  for (const name of ['b', 'c', 'd']) {
    relay.cut()
    await put(ns, name)
    await watch.until(({ present }) => present.has(name))
  }
  expect(watch.kinds().filter(kind => kind === 'restarted')).toHaveLength(1)
  expect(watch.kinds()).toContain('trouble')
  expect([...watch.present.keys()].toSorted()).toEqual(['a', 'b', 'c', 'd'])
})

test('selectors hold for the list and for the watch', async () => {
  const ns = await namespace()
  await put(ns, 'in', '1', { app: 'web' })
  await put(ns, 'out', '1', { app: 'db' })
  await using watch = watching(transport, configMaps, { ...quick, namespace: ns, labelSelector: 'app=web' })
  await watch.until(({ messages }) => messages.some(({ type }) => type === 'opened'))
  await put(ns, 'out2', '1', { app: 'db' })
  await put(ns, 'in2', '1', { app: 'web' })
  await watch.until(({ present }) => present.has('in2'))
  // Leaving the selection is a deletion.
  await put(ns, 'in', '2', { app: 'db' })
  await watch.until(({ present }) => !present.has('in'))
  expect([...watch.present.keys()]).toEqual(['in2'])
})

test('many objects, listed and watched while they come', async () => {
  const ns = await namespace()
  const names = Array.from({ length: 1_200 }, (_, i) => `many-${i}`)
  const make = async (some: string[]) => {
    const queue = some.values()
    const worker = async () => {
      for (const name of queue) await put(ns, name)
    }
    await Promise.all(Array.from({ length: 16 }, worker))
  }
  await make(names.slice(0, 600))
  await using watch = watching(transport, configMaps, { ...quick, ...mine, namespace: ns, pageSize: 50 })
  await make(names.slice(600))
  await watch.until(({ present }) => present.size === names.length, 60_000)
  const stored = new Map<string, string>()
  for await (const page of listPages<KubeObject>(
    transport,
    configMaps,
    { ...mine, namespace: ns, pageSize: 250 },
    never,
  )) {
    for (const { metadata } of page) stored.set(metadata.name, metadata.resourceVersion)
  }
  expect(Object.fromEntries(watch.present)).toEqual(Object.fromEntries(stored))
})

test('a deleted namespace takes its objects out of the watch', async () => {
  const ns = await namespace()
  await put(ns, 'a')
  await using watch = watching(transport, configMaps, { ...quick, ...mine, namespace: ns })
  await watch.until(({ present }) => present.has('a'))
  await del(transport, `/api/v1/namespaces/${ns}`, {}, never)
  await watch.until(({ present }) => present.size === 0, 60_000)
})
