import { AgentOptions } from '@moorage/contract/agent.ts'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { INSTANCE, JOIN_TOKEN, manifests, PASSWORD } from './fixtures/manifests.ts'
import { agentManifest, manifestYaml } from './manifest.ts'
import { rightsInWords } from './mode-rules.ts'

const all = Object.entries(manifests)

describe.each(all)('the manifest %s', (name, input) => {
  const objects = agentManifest(input)

  test('is what it was', async () => {
    await expect(manifestYaml(input)).toMatchFileSnapshot(`golden/${name}.yaml`)
  })

  test('is the same each time, and its text reads as its objects', () => {
    expect(manifestYaml(input)).toBe(manifestYaml(structuredClone(input)))
    expect(parseAllDocuments(manifestYaml(input)).map(document => document.toJS())).toEqual(
      JSON.parse(JSON.stringify(objects)),
    )
  })

  test('carries the hub’s labels on everything, also on pods', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'moorage', 'moorage.dev/instance': INSTANCE }
    for (const object of objects) expect(object.metadata.labels).toMatchObject(labels)
    const deployment = objects.find(({ kind }) => kind === 'Deployment') as never as {
      spec: { template: { metadata: { labels: object } } }
    }
    expect(deployment.spec.template.metadata.labels).toMatchObject(labels)
  })

  test('has secrets in its Secret alone', () => {
    const others = JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'))
    for (const secret of [JOIN_TOKEN, PASSWORD]) expect(others).not.toContain(secret)
    expect(others).not.toContain(Buffer.from(JOIN_TOKEN).toString('base64'))
  })

  test('has one of each, and a namespace only where it is to be made', () => {
    const kinds = ['ServiceAccount', 'Secret', 'ConfigMap', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']
    const namespace = input.options.existingNamespace ? [] : ['Namespace']
    expect(objects.map(({ kind }) => kind)).toEqual([...namespace, ...kinds, 'Deployment'])
  })
})

const rulesOf = (mode: 'read-only' | 'full') => {
  const role = agentManifest({ ...manifests[mode]! }).find(({ kind }) => kind === 'ClusterRole')
  return (role?.rules ?? []) as { resources?: string[]; verbs: string[]; resourceNames?: string[] }[]
}

test('read-only rights are kinds and reads by name, and the agent’s own removal', () => {
  expect(JSON.stringify(rulesOf('read-only'))).not.toContain('*')
  for (const { verbs, resources = [], resourceNames } of rulesOf('read-only')) {
    if (resourceNames === undefined) expect(['get', 'list', 'watch']).toEqual(expect.arrayContaining(verbs))
    for (const resource of resources) expect(resource).not.toMatch(/secrets|configmaps|\/|impersonate/)
  }
})

test('full rights name what goes beyond objects', () => {
  expect(rulesOf('full').flatMap(({ verbs }) => verbs)).toEqual(
    expect.arrayContaining(['impersonate', 'bind', 'escalate']),
  )
  expect(JSON.stringify(rulesOf('full').map(({ verbs }) => verbs))).not.toContain('*')
})

test('the words say each kind that may be read', () => {
  const words = rightsInWords('read-only', AgentOptions.parse({})).join(' ')
  for (const { resources = [], resourceNames } of rulesOf('read-only')) {
    if (resourceNames === undefined) for (const resource of resources) expect(words).toContain(resource)
  }
  expect(rightsInWords('full', AgentOptions.parse({})).join(' ')).toMatch(/Secrets among them.*in the name of users/)
})

test('a changed configuration replaces the pods', () => {
  const annotation = (input: (typeof manifests)[string]) =>
    /moorage.dev\/configuration: (\w+)/.exec(manifestYaml(input))?.[1] ?? ''
  const base = manifests['read-only']!
  expect(annotation({ ...base, hub: { ...base.hub, url: 'https://other.example.com' } })).not.toBe(annotation(base))
  expect(annotation({ ...base, joinToken: `join_${'B'.repeat(43)}` })).not.toBe(annotation(base))
})

test('the image is the hub’s, or the one that the import names', () => {
  const base = manifests['read-only']!
  const hub = { ...base.hub, agentImage: 'registry.example.org/agent:1' }
  expect(manifestYaml({ ...base, hub })).toContain('image: registry.example.org/agent:1\n')
  const options = { ...base.options, image: 'elsewhere.example.org/agent:2' }
  const own = manifestYaml({ ...base, hub, options })
  expect(own).toContain('image: elsewhere.example.org/agent:2\n')
  expect(own).not.toContain('registry.example.org')
})
