import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { dump, dumpDifference } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { serviceAccountToken } from '@moorage/testkit/service-account.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Its own control plane: the agent's image cleans up all of it.
let plane: ControlPlane
let dir: string

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const INSTANCE = 'aaaaaaaa-1111-4222-8333-444444444444'

beforeAll(async () => {
  plane = await startControlPlane({ name: 'agent-cleanup', scheduler: false })
  dir = mkdtempSync(join(tmpdir(), 'moorage-agent-cleanup-'))
})
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true })
  await plane?.stop()
})

/** The agent's program as it runs in a pod of that ServiceAccount. */
async function inPod(args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'cleanup', ...args], {
    env: {
      PATH: process.env.PATH,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: `${plane.port}`,
      MOORAGE_AGENT_SERVICEACCOUNT: dir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (data: Buffer) => {
    out += data
  })
  child.stderr.on('data', (data: Buffer) => {
    err += data
  })
  const [code] = await once(child, 'close')
  return { code, out, err }
}

test('the agent’s program cleans up as a pod, with the rights that the pod has', async () => {
  const { api } = plane
  writeFileSync(join(dir, 'ca.crt'), plane.caPem)
  writeFileSync(join(dir, 'namespace'), 'job')
  writeFileSync(
    join(dir, 'token'),
    await serviceAccountToken(api, { name: 'job', namespace: 'job', role: 'cluster-admin' }),
  )
  const before = await dumpAtRest(api)
  const labels = { 'app.kubernetes.io/managed-by': 'moorage', 'moorage.dev/instance': INSTANCE }
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'moorage-system', labels } })
  await api.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'moorage-agent', namespace: 'moorage-system', labels },
  })

  const shown = await inPod([])
  expect(shown).toMatchObject({ code: 1, out: '' })
  expect(shown.err).toContain('Secret moorage-system/moorage-agent')
  expect(await api.probe('/api/v1/namespaces/moorage-system/secrets/moorage-agent')).toBe(200)

  const done = await inPod(['--yes', '-o', 'json'])
  expect(done.code).toBe(0)
  expect(JSON.parse(done.out)).toMatchObject({ instance: INSTANCE, clean: true, left: [] })
  await eventually(async () => dumpDifference(before, await dump(api)).length === 0, { within: 30_000 })
  expect(await inPod(['--yes'])).toMatchObject({ code: 0, err: expect.stringContaining('Nothing of Moorage is here') })

  writeFileSync(join(dir, 'token'), await serviceAccountToken(api, { name: 'weak', namespace: 'weak' }))
  expect((await inPod(['--yes'])).code).toBe(1)
})
