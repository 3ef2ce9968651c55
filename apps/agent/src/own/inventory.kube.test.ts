import { readFileSync } from 'node:fs'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { Batch, InventoryRow } from '@moorage/projector/batch.ts'
import { reportedKinds, runProjector } from '@moorage/projector/project.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { lines, type Plane, sharedPlane, startMember } from '../fixtures/member.ts'

let plane: Plane

beforeAll(() => {
  plane = sharedPlane(inject('kubeconfig'))
})
afterAll(() => plane.api[Symbol.asyncDispose]())

/** Rows of one namespace by kind and name, as the batches leave them. */
class Rows {
  readonly rows = new Map<string, InventoryRow>()
  readonly known = new Set<string>()
  readonly #namespace: string

  constructor(namespace: string) {
    this.#namespace = namespace
  }

  take(batch: Batch): void {
    if (batch.type === 'rows') this.#put(batch.rows)
    if (batch.type === 'delta') {
      this.#put(batch.upserts)
      for (const { namespace, name } of batch.deletes) this.rows.delete(`${batch.kind}/${namespace}/${name}`)
    }
    if (batch.type === 'list-end') this.known.add(batch.kind)
    if (batch.type === 'events' && batch.resourceVersion !== null) this.known.add('Event')
    if (batch.type === 'state' && batch.state !== 'listing') this.known.add(batch.kind)
  }

  #put(rows: InventoryRow[]): void {
    for (const row of rows) {
      if (row.namespace === this.#namespace) this.rows.set(`${row.kind}/${row.namespace}/${row.name}`, row)
    }
  }

  get complete(): boolean {
    return reportedKinds.every(kind => this.known.has(kind))
  }
}

test('the inventory that is pulled is what the projector reads directly, and goes on', async () => {
  await using stack = new AsyncDisposableStack()
  const one = await startMember(plane, stack)
  const { namespace } = one
  for (let index = 0; index < 30; index += 1) {
    await plane.api.create(`/api/v1/namespaces/${namespace}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `service-${index}`, labels: { index: String(index) } },
      spec: { ports: [{ port: 80 }] },
    })
  }
  const signal = AbortSignal.timeout(60_000)
  const direct = new Rows(namespace)
  const stop = new AbortController()
  stack.defer(() => stop.abort())
  await using transport = directTransport(readKubeconfig(readFileSync(plane.kubeconfigPath, 'utf8')))
  const sink = async (batch: Batch) => direct.take(batch)
  const reading = runProjector({ transport, sink, resume: new Map(), signal: stop.signal })

  const pulled = new Rows(namespace)
  const path = '/-/moorage/inventory'
  const headers = { 'content-type': 'application/json' }
  const answer = await one.hub.pool.request({ method: 'POST', path, headers, body: '{"resume":{}}' }, signal)
  expect(answer.status).toBe(200)
  const versions: Record<string, string> = {}
  const pulling = (async () => {
    for await (const line of lines(answer.body as AsyncIterable<Buffer>)) {
      const batch = line as unknown as Batch
      if ('resourceVersion' in batch && batch.resourceVersion !== null) {
        versions['kind' in batch ? batch.kind : 'Event'] = batch.resourceVersion
      }
      pulled.take(batch)
    }
  })()
  pulling.catch(() => {}) // a newer pull ends it
  await eventually(() => direct.complete && pulled.complete, { within: 30_000 })
  expect(Object.fromEntries(pulled.rows)).toEqual(Object.fromEntries(direct.rows))
  expect(pulled.rows.size).toBeGreaterThanOrEqual(30)

  await plane.api.create(`/api/v1/namespaces/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'later' },
    spec: { ports: [{ port: 80 }] },
  })
  await eventually(() => pulled.rows.has(`Service/${namespace}/later`), { within: 10_000 })

  // Another pull goes on from there, without a list, and ends the first.
  const again = await one.hub.pool.request(
    { method: 'POST', path, headers, body: JSON.stringify({ resume: versions }) },
    signal,
  )
  const types = new Set<string>()
  const resumed = (async () => {
    for await (const line of lines(again.body as AsyncIterable<Buffer>)) types.add(String(line.type))
  })()
  resumed.catch(() => {})
  await pulling
  await plane.api.delete(`/api/v1/namespaces/${namespace}/services/later`)
  await eventually(() => types.has('delta'), { within: 20_000 })
  expect(types.has('list-start')).toBe(false)
  again.body.destroy()
  stop.abort()
  await reading
})
