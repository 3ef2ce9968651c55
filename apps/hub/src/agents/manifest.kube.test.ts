import { readFile } from 'node:fs/promises'
import { READ_ONLY_KINDS } from '@moorage/contract/read-only-kinds.ts'
import { directTransport } from '@moorage/kube/direct.ts'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type ApiClient, apiClient } from '@moorage/testkit/api-client.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { missingFor, readRights } from '../clusters/rights.ts'
import { manifests } from './fixtures/manifests.ts'
import { forbiddenIn } from './forbidden.ts'
import { agentManifest, type ManifestInput, manifestYaml } from './manifest.ts'

let kubeconfig: string
let api: ApiClient
const stack = new AsyncDisposableStack()
const made: string[] = []

/** Each in a namespace of its own, for a hub of its own: the control plane is shared. */
const placed = (name: string, input: ManifestInput): ManifestInput => ({
  ...input,
  hub: { ...input.hub, instance: `${Buffer.from(name).toString('hex').slice(-8)}-0000-4000-8000-000000000000` },
  options: { ...input.options, namespace: `manifest-${name}` },
})

beforeAll(async () => {
  kubeconfig = inject('kubeconfig')
  api = apiClient(await readFile(kubeconfig, 'utf8'))
  stack.use(api)
})
afterAll(async () => {
  for (const path of made) await api.delete(path)
  await stack.disposeAsync()
})

const apply = async (text: string, ...flags: string[]) => {
  const { code, stdout, stderr } = await kubectl(kubeconfig, ['apply', ...flags, '-f', '-'], { input: text })
  expect(code, stderr).toBe(0)
  // Only that a namespace, which the test made, was not made by kubectl, may be warned of.
  expect(stderr.replace(/^Warning: resource namespaces.*missing the kubectl.*\n/gm, '')).not.toMatch(/warning/i)
  return stdout
}

/** Applies a manifest for real, and notes what is to be deleted. */
async function install(name: string, input: ManifestInput): Promise<ManifestInput> {
  const own = placed(name, input)
  await apply(manifestYaml(own))
  made.push(`/api/v1/namespaces/${own.options.namespace}`)
  for (const { kind, metadata } of agentManifest(own)) {
    if (kind.startsWith('ClusterRole')) {
      made.push(`/apis/rbac.authorization.k8s.io/v1/${kind.toLowerCase()}s/${metadata.name}`)
    }
  }
  return own
}

describe.each(Object.entries(manifests))('the manifest %s', (name, input) => {
  test('is taken by the API server as it is, without a warning', async () => {
    const own = placed(name, input)
    const { namespace } = own.options
    // A dry run makes no namespace that the rest could be in. This one warns of and refuses what is not restricted.
    const levels = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    }
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: levels } })
    made.push(`/api/v1/namespaces/${namespace}`)
    await apply(manifestYaml(own), '--dry-run=server', '--server-side', '--force-conflicts')
    await apply(manifestYaml(own), '--dry-run=server')
    const deployment = agentManifest(own).find(({ kind }) => kind === 'Deployment')
    const { template } = deployment!.spec as { template: { spec: object } }
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', namespace },
      spec: { ...template.spec, serviceAccountName: 'default' },
    }
    await apply(stringify(pod), '--dry-run=server', '--server-side')
  })
})

describe('the rights of the agent’s account, with no other wall', () => {
  async function accountOf(own: ManifestInput): Promise<KubeTransport> {
    const { namespace } = own.options
    const answer = await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts/moorage-agent/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    })
    const config = parse(await readFile(kubeconfig, 'utf8'))
    config.users[0].user = { token: answer.status.token }
    return stack.use(directTransport(readKubeconfig(stringify(config))))
  }
  const status = async (transport: KubeTransport, method: 'GET' | 'PATCH', path: string) => {
    const signal = AbortSignal.timeout(20_000)
    const answer = await transport.request({ method, path }, signal)
    answer.body.resume()
    return answer.status
  }

  test('in read-only mode refuse all that is forbidden, and read each kind', async () => {
    const own = await install('walls-read-only', manifests['read-only']!)
    const account = await accountOf(own)
    for (const { name, method, path, headers, body } of forbiddenIn('read-only')) {
      const request = { method, path, ...(headers && { headers }), ...(body && { body }) }
      const answer = await account.request(request, AbortSignal.timeout(20_000))
      answer.body.resume()
      expect(answer.status, name).toBe(403)
    }
    for (const { group, version, resource } of READ_ONLY_KINDS) {
      if (group === 'metrics.k8s.io') continue
      const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
      expect(await status(account, 'GET', `${root}/${resource}`), resource).toBe(200)
    }
    const { namespace } = own.options
    const secrets = `/api/v1/namespaces/${namespace}/secrets`
    expect(await status(account, 'GET', `${secrets}/moorage-agent`)).toBe(200)
    expect(await status(account, 'GET', secrets)).toBe(403)
    expect(await status(account, 'GET', '/api/v1/namespaces/default/secrets/moorage-agent')).toBe(403)
    const rights = await readRights(account, AbortSignal.timeout(20_000))
    expect(rights.beyond).toEqual([])
    expect(missingFor('read-only', rights)).toEqual([])
    expect(missingFor('full', rights)).not.toEqual([])
  })

  test('in full mode suffice for what full mode needs, and still have an end', async () => {
    const own = await install('walls-full', manifests.full!)
    const account = await accountOf(own)
    expect(missingFor('full', await readRights(account, AbortSignal.timeout(20_000)))).toEqual([])
    const beyond = forbiddenIn('full').filter(({ walls }) => walls.includes('api-server'))
    expect(beyond.length).toBeGreaterThan(0)
    for (const { name, method, path, body } of beyond) {
      const answer = await account.request({ method, path, ...(body && { body }) }, AbortSignal.timeout(20_000))
      answer.body.resume()
      expect(answer.status, name).toBe(403)
    }
  })

  test.each([[[]], [['--server-side']]])(
    'applying a manifest again (%j) leaves the key that the agent keeps',
    async flags => {
      const name = `again${flags.length}`
      const own = placed(name, manifests['read-only']!)
      made.push(`/api/v1/namespaces/${own.options.namespace}`)
      await apply(manifestYaml(own), ...flags)
      const secret = `/api/v1/namespaces/${own.options.namespace}/secrets/moorage-agent`
      await api.patch(secret, { data: { key: Buffer.from('private').toString('base64') } })
      await apply(manifestYaml({ ...own, mode: 'full', joinToken: null }), ...flags)
      expect(Object.keys((await api.get(secret)).data)).toEqual(['key'])
      for (const { kind, metadata } of agentManifest(own)) {
        if (kind.startsWith('ClusterRole')) {
          made.push(`/apis/rbac.authorization.k8s.io/v1/${kind.toLowerCase()}s/${metadata.name}`)
        }
      }
    },
  )
})
