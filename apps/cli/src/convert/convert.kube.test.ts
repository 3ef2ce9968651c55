import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { apiClient } from '@moorage/testkit/api-client.ts'
import { dumpAtRest } from '@moorage/testkit/at-rest.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { dump } from '@moorage/testkit/dump.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { run } from '../run.ts'
import { runCli, testIo } from '../test-io.ts'

/** s; longest token that this API server gives, so that one is shortened. */
const LONGEST_TOKEN = 86_400

// Its own control plane: the dumps below compare all of it, and the flag is not for everyone.
let plane: ControlPlane
let dir: string
let admin: string

beforeAll(async () => {
  plane = await startControlPlane({
    name: 'convert',
    scheduler: false,
    apiServerArgs: [
      `--service-account-max-token-expiration=${LONGEST_TOKEN}s`,
      '--service-account-extend-token-expiration=false',
    ],
  })
  admin = plane.kubeconfigPath
  // The controllers fill a new cluster for a while; the dumps below need one at rest.
  await dumpAtRest(plane.api)
})
afterAll(() => plane?.stop())
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-convert-'))
  return () => rmSync(dir, { recursive: true, force: true })
})

const convert = (...args: string[]) =>
  runCli(['convert-kubeconfig', ...args], { cwd: dir, home: dir, env: { PATH: process.env.PATH ?? '' } })

async function allowed(path: string, kubeconfig: string, method: 'get' | 'create' = 'get'): Promise<number> {
  await using api = apiClient(kubeconfig)
  const asked = method === 'get' ? api.get(path) : api.create(path, {})
  return await asked.then(
    () => 200,
    error => error.status,
  )
}

/** A namespace goes about 5 s after it was deleted, which is not waited for where another one comes next. */
async function expectGoing(namespace: string) {
  const left = await plane.api.get(`/api/v1/namespaces/${namespace}`).catch(() => null)
  if (left !== null) expect(left.metadata).toHaveProperty('deletionTimestamp')
}

test('a read-only kubeconfig reads what the hub reads, and neither Secrets nor anything else', async () => {
  const before = await dump(plane.api)
  const made = await convert(admin, '-o', 'new.yaml')
  expect(made).toMatchObject({ code: 0, out: '' })
  const path = join(dir, 'new.yaml')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const text = readFileSync(path, 'utf8')
  for (const readable of [
    '/api/v1/nodes',
    '/api/v1/pods',
    '/apis/apps/v1/deployments',
    '/api/v1/events',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    '/apis/storage.k8s.io/v1/storageclasses',
  ])
    expect([readable, await allowed(readable, text)]).toEqual([readable, 200])
  for (const refused of [
    '/api/v1/secrets',
    '/api/v1/namespaces/kube-system/secrets',
    '/api/v1/configmaps',
    '/api/v1/serviceaccounts',
    '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    '/api/v1/nodes/x/proxy/metrics',
  ])
    expect([refused, await allowed(refused, text)]).toEqual([refused, 403])
  for (const written of [
    '/api/v1/namespaces',
    '/api/v1/namespaces/default/pods',
    '/api/v1/namespaces/default/pods/x/exec',
  ])
    expect([written, await allowed(written, text, 'create')]).toEqual([written, 403])

  const role = await plane.api.get('/apis/rbac.authorization.k8s.io/v1/clusterroles/moorage:moorage:read-only')
  expect(JSON.stringify(role.rules)).not.toContain('*')
  expect(role.metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'moorage' })

  const undone = await convert(admin, '--undo', '--yes')
  expect(undone.code).toBe(0)
  expect(undone.out.trim().split('\n')).toHaveLength(4)
  expect(await dump(plane.api)).toEqual(before)
  // The API server believes a token for up to ten seconds after its account is gone; its rights are gone at once.
  expect([401, 403]).toContain(await allowed('/api/v1/nodes', text))
})

test('a full kubeconfig without an end, in a namespace that was there and stays', async () => {
  await plane.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tools' } })
  await eventually(() => plane.api.get('/api/v1/namespaces/tools/configmaps/kube-root-ca.crt'))
  await eventually(() => plane.api.get('/api/v1/namespaces/tools/serviceaccounts/default'))
  const before = await dump(plane.api)
  const { code, out } = await convert(admin, '--mode', 'full', '--no-expiry', '-n', 'tools')
  expect(code).toBe(0)
  expect(await allowed('/api/v1/secrets', out)).toBe(200)
  expect(claims(parse(out).users[0].user.token).exp).toBeUndefined()

  expect((await convert(admin, '--undo', '--yes', '--mode', 'read-only')).err).toContain(
    'Nothing of a conversion is left',
  )
  const undone = await convert(admin, '--undo', '--yes', '-n', 'tools')
  expect(undone.out).toContain('Secret tools/moorage-full-token removed')
  expect(undone.out).not.toContain('Namespace')
  expect(await dump(plane.api)).toEqual(before)
})

test('undo leaves a namespace in which others keep things', async () => {
  await convert(admin, '--ttl', '1h')
  await plane.api.create('/api/v1/namespaces/moorage/configmaps', { metadata: { name: 'mine' }, data: { a: 'b' } })
  const undone = await convert(admin, '--undo', '--yes')
  expect(undone.code).toBe(0)
  expect(undone.err).toContain('Namespace moorage stays, as others keep things in it: ConfigMap/mine')
  expect(await plane.api.probe('/api/v1/namespaces/moorage/configmaps/mine')).toBe(200)
  expect(await plane.api.probe('/api/v1/namespaces/moorage/serviceaccounts/moorage-read-only')).toBe(404)
  await plane.api.delete('/api/v1/namespaces/moorage/configmaps/mine')
  await convert(admin, '--undo', '--yes')
  expect(await plane.api.probe('/api/v1/namespaces/moorage')).toBe(404)
})

test('what was made is taken back when a later step fails', async () => {
  const before = await dump(plane.api)
  // This user may make the account, and not the roles.
  const kubeconfig = await plane.serviceAccountKubeconfig({
    name: 'half',
    role: [
      { apiGroups: [''], resources: ['namespaces', 'serviceaccounts'], verbs: ['*'] },
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['get'] },
    ],
  })
  writeFileSync(join(dir, 'half.yaml'), kubeconfig)
  const failed = await convert('half.yaml')
  expect(failed).toMatchObject({ code: 4, out: '' })
  expect(failed.err).toContain('Making ClusterRole moorage:moorage:read-only')
  expect(failed.err).toContain('taken back')
  for (const path of ['clusterrolebindings/default-half', 'clusterroles/default-half'])
    await plane.api.delete(`/apis/rbac.authorization.k8s.io/v1/${path}`)
  await plane.api.delete('/api/v1/namespaces/default/serviceaccounts/half')
  await eventually(async () => expect(await dump(plane.api)).toEqual(before), { within: 60_000 })
})

test('a dry run only says what would be made', async () => {
  const before = await dump(plane.api)
  const dry = await convert(admin, '--dry-run', '--no-expiry')
  expect(dry.code).toBe(0)
  expect(dry.out).toContain('ClusterRoleBinding moorage:moorage:read-only would be created')
  expect(await dump(plane.api)).toEqual(before)
})

// What follows leaves things behind, each in a namespace of its own.

test('a folder that is not there is said before anything is made', async () => {
  const refused = await convert(admin, '-o', 'no-such-folder/new.yaml')
  expect(refused.code).toBe(2)
  expect(refused.err).toContain('is not there')
  expect(await plane.api.probe('/api/v1/namespaces/moorage')).toBe(404)
})

test('an object of the same name that is somebody’s is left alone', async () => {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles'
  await plane.api.create(path, { metadata: { name: 'moorage:moorage:read-only' }, rules: [] })
  const refused = await convert(admin)
  expect(refused).toMatchObject({ code: 5, out: '' })
  expect(refused.err).toContain('left alone')
  expect((await convert(admin, '--undo', '--yes')).out).toBe('')
  expect((await plane.api.get(`${path}/moorage:moorage:read-only`)).rules).toBeNull()
  await plane.api.delete(`${path}/moorage:moorage:read-only`)
  await eventually(async () => (await plane.api.probe('/api/v1/namespaces/moorage')) === 404, { within: 60_000 })
})

test('the API server shortens the token and that is said', async () => {
  const { err, out, code } = await convert(admin, '-n', 'shortened', '--ttl', '90d')
  expect(code).toBe(0)
  expect(err).toContain('less than the 90d')
  const { exp, iat } = claims(parse(out).users[0].user.token)
  expect(exp - iat).toBeLessThanOrEqual(LONGEST_TOKEN)
})

test('doing it again makes nothing twice, and mends a role that somebody widened', async () => {
  await convert(admin, '-n', 'again', '--ttl', '1h')
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/moorage:again:read-only'
  const first = await plane.api.get(path)
  await plane.api.patch(path, { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] })
  const again = await convert(admin, '-n', 'again', '--ttl', '1h')
  expect(again.code).toBe(0)
  expect(again.err).toContain('ServiceAccount again/moorage-read-only is there already')
  expect(again.err).toContain('ClusterRole moorage:again:read-only brought up to date')
  const after = await plane.api.get(path)
  expect(after.metadata.uid).toBe(first.metadata.uid)
  expect(after.rules).toEqual(first.rules)
})

test('undo without a terminal and without --yes removes nothing', async () => {
  await convert(admin, '-n', 'unasked', '--ttl', '1h')
  const asked = await convert(admin, '--undo', '-n', 'unasked')
  expect(asked.code).toBe(8)
  expect(asked.err).toContain('--yes')
  expect(await plane.api.probe('/api/v1/namespaces/unasked/serviceaccounts/moorage-read-only')).toBe(200)
})

test('a plugin is shown, and run only after a yes', async () => {
  const token = parse(await plane.serviceAccountKubeconfig({ name: 'plugin', role: 'cluster-admin' })).users[0].user
    .token
  writeFileSync(
    join(dir, 'plugin.sh'),
    `#!/bin/sh\ntouch ${dir}/ran\ncat <<'END'\n${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } })}\nEND\n`,
  )
  chmodSync(join(dir, 'plugin.sh'), 0o755)
  const config = parse(plane.kubeconfig)
  config.users[0].user = {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin.sh',
      args: ['get token', '--cluster=a'],
      env: [
        { name: 'API_TOKEN', value: 'planted' },
        { name: 'REGION', value: 'eu' },
      ],
      interactiveMode: 'Never',
    },
  }
  writeFileSync(join(dir, 'plugin.yaml'), stringify(config))
  const asked = await convert('plugin.yaml', '--dry-run')
  expect(asked.code).toBe(8)
  expect(asked.err).toContain(`REGION=eu ${join(dir, 'plugin.sh')} 'get token' --cluster=a`)
  expect(asked.err).not.toContain('planted')
  expect(existsSync(join(dir, 'ran'))).toBe(false)

  const done = await convert('plugin.yaml', '-n', 'by-plugin', '--yes', '--ttl', '1h')
  expect(done.code).toBe(0)
  expect(await allowed('/api/v1/nodes', done.out)).toBe(200)
  expect(done.out).not.toContain('exec')
})

test('a kubeconfig that can not be written takes back everything, too', async () => {
  // As long as a name may be: the file that is written first has a longer one.
  const failed = await convert(admin, '-n', 'unwritten', '-o', `${'x'.repeat(250)}.yaml`)
  expect(failed.code).toBe(1)
  expect(failed.err).toContain('taken back')
  expect(await plane.api.probe('/apis/rbac.authorization.k8s.io/v1/clusterroles/moorage:unwritten:read-only')).toBe(404)
  await expectGoing('unwritten')
})

test('Ctrl-C takes back what was made until then', async () => {
  const stop = new AbortController()
  const { io, out } = testIo({ cwd: dir, home: dir, signal: stop.signal, env: { PATH: process.env.PATH ?? '' } })
  let said = ''
  io.stderr = new Writable({
    write(chunk, _encoding, done) {
      said += chunk
      if (said.includes('ClusterRole moorage:stopped:read-only created')) stop.abort()
      done()
    },
  })
  expect(await run(['convert-kubeconfig', admin, '-n', 'stopped'], io)).toBe(130)
  expect(out()).toBe('')
  expect(said).toContain('taken back')
  expect(await plane.api.probe('/apis/rbac.authorization.k8s.io/v1/clusterroles/moorage:stopped:read-only')).toBe(404)
  await expectGoing('stopped')
})

const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
