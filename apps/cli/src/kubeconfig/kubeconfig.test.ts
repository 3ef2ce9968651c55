import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubeconfigEntries, pluginSignIn } from '@moorage/client/kubeconfig-entries.ts'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runCli } from '../test-io.ts'
import { mergedKubeconfig, newKubeconfig } from './merge.ts'

const HUB = 'https://moorage.example.org:8443'
const entries = (...clusters: string[]) =>
  kubeconfigEntries({ url: HUB, ca: 'PEM', clusters, signIn: pluginSignIn(HUB), prefix: '' })

describe('a kubeconfig of the hub', () => {
  test('has a context for each cluster, one sign-in, and no credential', () => {
    const file = parse(newKubeconfig(entries('alpha', 'beta')))
    expect(file.contexts.map((context: { name: string }) => context.name)).toEqual(['alpha', 'beta'])
    expect(file['current-context']).toBe('alpha')
    expect(file.clusters[1].cluster).toEqual({
      server: `${HUB}/k8s/beta`,
      'certificate-authority-data': Buffer.from('PEM').toString('base64'),
    })
    expect(file.users).toHaveLength(1)
    expect(Object.keys(file.users[0].user)).toEqual(['exec'])
    expect(file.users[0].user.exec).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      args: ['kube-credential', '--url', HUB],
    })
  })

  test('holds its token where it is to be static', () => {
    const signIn = { kind: 'token' as const, token: 'moorage_x' }
    const made = kubeconfigEntries({ url: `${HUB}/`, clusters: ['a'], signIn, prefix: 'm-', namespace: 'shop' })
    expect(made.users[0]?.user).toEqual({ token: 'moorage_x' })
    expect(made.contexts).toEqual([
      { name: 'm-a', context: { cluster: 'm-a', user: 'moorage-moorage.example.org:8443', namespace: 'shop' } },
    ])
    expect(made.clusters[0]?.cluster).toEqual({ server: `${HUB}/k8s/a` })
  })
})

describe('merging', () => {
  const own = `# mine
apiVersion: v1
kind: Config
current-context: kind
clusters:
  - name: kind # local
    cluster: { server: 'https://127.0.0.1:6443' }
users: []
contexts:
  - name: kind
    context: { cluster: kind, user: kind }
`
  test('leaves everything else as it is, comments and the current context too', () => {
    const merged = mergedKubeconfig(own, entries('alpha'), HUB, 'config')
    expect(merged).toContain('# mine')
    expect(merged).toContain('# local')
    const file = parse(merged)
    expect(file['current-context']).toBe('kind')
    expect(file.contexts.map((context: { name: string }) => context.name)).toEqual(['kind', 'alpha'])
  })

  test('again changes nothing more', () => {
    const once = mergedKubeconfig(own, entries('alpha', 'beta'), HUB, 'config')
    expect(mergedKubeconfig(once, entries('alpha', 'beta'), HUB, 'config')).toBe(once)
  })

  test('takes no name that is somebody else’s', () => {
    expect(() => mergedKubeconfig(own, entries('kind'), HUB, 'config')).toThrow(/has a context "kind" already/)
    const others = mergedKubeconfig(own, entries('alpha'), HUB, 'config')
    expect(() => mergedKubeconfig(others, entries('alpha'), 'https://other.example.org', 'config')).toThrow(/already/)
  })

  test('points no context of somebody else’s at the hub, by a cluster of the same name', () => {
    const admin = `clusters:
  - { name: alpha, cluster: { server: 'https://10.0.0.1:6443' } }
contexts:
  - { name: admin@alpha, context: { cluster: alpha, user: admin } }
`
    expect(() => mergedKubeconfig(admin, entries('alpha'), HUB, 'config')).toThrow(
      /has a cluster "alpha" already, of https:\/\/10\.0\.0\.1/,
    )
  })

  test('keeps the namespace that was chosen for a context, and what was noted at it', () => {
    const once = mergedKubeconfig(own, entries('alpha'), HUB, 'config')
      .replace('cluster: alpha\n', 'cluster: alpha\n      namespace: shop\n')
      .replace('  - name: alpha\n    context', '  # for the shop\n  - name: alpha\n    context')
    const again = mergedKubeconfig(once, entries('alpha'), HUB, 'config')
    expect(again).toContain('# for the shop')
    expect(parse(again).contexts[1].context.namespace).toBe('shop')
    const other = kubeconfigEntries({
      ...{ url: HUB, clusters: ['alpha'], signIn: pluginSignIn(HUB), prefix: '', namespace: 'b' },
    })
    expect(parse(mergedKubeconfig(again, other, HUB, 'config')).contexts[1].context.namespace).toBe('b')
  })

  test.each(['[1, 2]', 'a: [', 'contexts: 7', '"text"'])('writes nothing into %s', text => {
    expect(() => mergedKubeconfig(text, entries('alpha'), HUB, 'config')).toThrow(/nothing was written/)
  })
})

describe('the plugin', () => {
  const home = mkdtempSync(join(tmpdir(), 'moorage-plugin-'))
  const config = join(home, 'config.yaml')
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  writeFileSync(
    config,
    `current: other\ncontexts:\n  - { name: other, url: 'https://other.example.org', token: other }\n  - { name: this, url: '${HUB}', token: this }\n`,
    { mode: 0o600 },
  )
  const env = { MOORAGE_CONFIG: config }

  test('prints the token for the hub that is named, whichever is the current one', async () => {
    const { code, out } = await runCli(['kube-credential', '--url', HUB], { env })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'this' },
    })
  })

  test('gives no hub the token of another', async () => {
    const more = { ...env, MOORAGE_URL: 'https://third.example.org', MOORAGE_TOKEN: 'third' }
    expect((await runCli(['kube-credential', '--url', 'https://third.example.org'], { env: more })).out).toContain(
      'third',
    )
    expect((await runCli(['kube-credential', '--url', HUB], { env: more })).out).toContain('"this"')
    const { code, err } = await runCli(['kube-credential', '--url', 'https://fourth.example.org'], { env: more })
    expect(code).toBe(4)
    expect(err).toContain('moorage login https://fourth.example.org')
  })

  test('answers in the version that client-go asked in', async () => {
    const asked = { ...env, KUBERNETES_EXEC_INFO: '{"apiVersion":"client.authentication.k8s.io/v1beta1"}' }
    const { out } = await runCli(['kube-credential', '--url', HUB], { env: asked })
    expect(JSON.parse(out).apiVersion).toBe('client.authentication.k8s.io/v1beta1')
  })
})
