import { gzipSync } from 'node:zlib'
import type { Json } from '@moorage/testkit/api-client.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentObjects, labelsOf, putAgent } from '../test/agent.ts'
import { agent, type Dirty, INSTANCE, NAMESPACE, signal, startDirty } from '../test/dirty.ts'
import { findInstances } from './cleanup-plan.ts'
import type { Helm } from './helm.ts'

let dirty: Dirty
let plane: Dirty['plane']

const labels = labelsOf(INSTANCE)
const namespaces = '/api/v1/namespaces'

beforeAll(async () => {
  dirty = await startDirty('helm', async () => {})
  plane = dirty.plane
})
afterAll(() => dirty?.[Symbol.asyncDispose]())

const run: Dirty['run'] = (helm, by) => dirty.run(helm, by)
const expectAsBefore = async () => expect(await dirty.difference()).toEqual([])

const RELEASE = { name: 'moorage-agent', namespace: NAMESPACE }

/** What Helm leaves of an installed chart. */
const record = (manifest: string, more: Json = {}) => ({
  metadata: {
    name: 'sh.helm.release.v1.moorage-agent.v1',
    labels: { owner: 'helm', name: RELEASE.name, version: '1', status: 'deployed', ...more },
  },
  type: 'helm.sh/release.v1',
  stringData: { release: gzipSync(JSON.stringify({ name: RELEASE.name, manifest, hooks: [] })).toString('base64') },
})

async function putByHelm(more: Json = {}, stranger = '') {
  await putAgent(plane.api, agent)
  const annotations = { 'meta.helm.sh/release-name': RELEASE.name, 'meta.helm.sh/release-namespace': RELEASE.namespace }
  for (const object of agentObjects(agent)) {
    const byHelm = { ...labels, 'app.kubernetes.io/managed-by': 'Helm' }
    await plane.api.apply({
      ...object,
      metadata: { ...object.metadata, labels: byHelm, annotations: { ...object.metadata.annotations, ...annotations } },
    })
  }
  const manifest = `---\nkind: ServiceAccount\nmetadata:\n  labels:\n    moorage.dev/instance: "${INSTANCE}"\n${stranger}`
  await plane.api.create(`${namespaces}/${NAMESPACE}/secrets`, record(manifest, more))
}

test('our own chart goes without helm too, with Helm’s record of it', async () => {
  await putByHelm()
  const { result } = await run()
  expect(result).toMatchObject({ clean: true, left: [], releases: [] })
  await expectAsBefore()
})

test('a release with more in it than ours keeps its record, as it is somebody’s', async () => {
  await putByHelm({}, '---\nkind: ConfigMap\nmetadata:\n  name: shop\n')
  const { result, progress } = await run()
  expect(result.clean).toBe(true)
  expect(progress).toContainEqual({
    handedOver: expect.objectContaining({ name: NAMESPACE }),
    because: expect.stringContaining('sh.helm.release.v1.moorage-agent.v1'),
  })
  await plane.api.delete(`${namespaces}/${NAMESPACE}`)
  await expectAsBefore()
})

test('a release that Moorage installed goes by helm, and is told where there is none', async () => {
  await putByHelm({ 'moorage.dev/instance': INSTANCE }, '---\nkind: ConfigMap\nmetadata:\n  name: velero\n')
  const without = await run()
  expect(without.result.clean).toBe(false)
  expect(without.result.releases).toMatchObject([{ name: RELEASE.name, kind: 'installed' }])
  const ran: string[][] = []
  const helm: Helm = async args => {
    ran.push(args)
    await plane.api.delete(`${namespaces}/${NAMESPACE}/secrets/sh.helm.release.v1.moorage-agent.v1`)
    return { code: 0, stderr: '' }
  }
  const { result } = await run(helm)
  expect(result.clean).toBe(true)
  expect(ran[0]?.slice(0, 4)).toEqual(['uninstall', RELEASE.name, '--namespace', RELEASE.namespace])
  await expectAsBefore()
})

test('a hub of which only the record of an unfinished release is left is found, and that goes', async () => {
  const manifest = `kind: ServiceAccount\nmetadata:\n  labels:\n    moorage.dev/instance: "${INSTANCE}"\n`
  const secrets = `${namespaces}/default/secrets`
  await plane.api.create(secrets, record(manifest, { status: 'uninstalling' }))
  const { instances } = await findInstances(dirty.transport, signal)
  expect(instances).toMatchObject([{ id: INSTANCE, objects: [{ kind: 'Secret', namespace: 'default' }] }])
  expect((await run()).result.clean).toBe(true)
  await expectAsBefore()
  // One that is finished is of a chart that is still in use, and says nothing of what is left.
  await plane.api.create(secrets, record(manifest))
  expect((await findInstances(dirty.transport, signal)).instances).toEqual([])
  await plane.api.delete(`${secrets}/sh.helm.release.v1.moorage-agent.v1`)
})
