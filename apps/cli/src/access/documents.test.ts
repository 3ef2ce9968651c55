import { expect, test } from 'vitest'
import { compare, isLasting, readDocuments, writeDocuments } from './documents.ts'

const read = (...texts: string[]) => readDocuments(texts.map(text => ({ from: 'the file', text })))

const text = `
kind: Binding
name: b
role: r
subjects: [{ kind: group, name: team }]
scope: { kind: namespace, labels: env=prod, namespaces: ['shop-*'] }
expiresAt: 2026-12-01T00:00:00Z
---
apiVersion: moorage.dev/v1
kind: Role
name: r
kubernetes: [{ apiGroups: [''], resources: [pods], verbs: [get] }]
---
kind: Group
name: team
members: [ada, bob]
---
`

test('documents are read in the order in which they can be applied, and written back to the same', () => {
  const documents = read(text)
  expect(documents.map(({ kind }) => kind)).toEqual(['Group', 'Role', 'Binding'])
  expect(read(writeDocuments(documents))).toEqual(documents)
  expect(read('')).toEqual([])
})

test.each([
  ['kind: Secret\nname: a', /Document 1 of the file can not be used: its kind/],
  ['kind: Group\nname: A', /Document 1 of the file, of kind Group, can not be used: name must be/],
  ['kind: Group\nname: a\nmember: [b]', /it has no "member"/],
  ['kind: Group', /name is missing/],
  ['kind: Group\nmetadata: a', /"metadata" and "spec" should be objects/],
  ['kind: Group\nmetadata: { name: a, namespace: b }', /metadata.namespace says nothing/],
  ['kind: Binding\nname: b\nrole: r\nsubjects: []\nscope: { kind: organisation }', /subjects must not be empty/],
  ['- kind: Group', /is no object/],
  ['kind: Group\nname: a\n---\nkind: Group\nname: a', /Group a is there twice/],
  ['kind: [', /is no YAML/],
  ['apiVersion: v9\nkind: Group\nname: a', /apiVersion/],
])('%j is refused', (wrong, message) => {
  expect(() => read(wrong)).toThrow(message)
})

test('as objects of Kubernetes are written, it is the same', () => {
  const flat = read('kind: Project\nname: pay\nlabels: { team: a }\ndescription: Money')
  expect(read('kind: Project\nmetadata: { name: pay, labels: { team: a } }\nspec: { description: Money }')).toEqual(
    flat,
  )
})

test('what is wrong is told with one that is right, in words of people', () => {
  const wrong = 'kind: Binding\nname: b\nrole: r\nsubjects: [{ kind: user, name: a }]\nscope: { kind: planet }'
  try {
    read(wrong)
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({
      message: expect.stringMatching(/scope must be one of organisation, project, cluster, namespace/),
      fix: expect.stringContaining('kind: Binding\nname: payments-prod'),
    })
  }
})

test('a name counts once over all files, and anchors are not multiplied without end', () => {
  expect(read('kind: Group\nname: a', 'kind: Role\nname: a').map(({ kind }) => kind)).toEqual(['Group', 'Role'])
  expect(() => read('kind: Group\nname: a', 'kind: Group\nname: a')).toThrow('Group a is there twice')
  const many = Array.from({ length: 101 }, () => '*m').join(', ')
  expect(() => read(`kind: Group\nname: a\ndescription: &m x\nmembers: [${many}]`)).toThrow(
    /Document 1 .* can not be used/,
  )
})

test('a difference is one of what is said, not of how', () => {
  const [group, role, binding] = read(text)
  expect(compare(group!, undefined)).toMatchObject({ change: 'new' })
  const other = read('kind: Group\nname: team\nmembers: [bob, ada]')[0]
  expect(compare(group!, other)).toMatchObject({ change: 'same', fields: [] })
  expect(compare(role!, { ...role!, spec: { ...role!.spec, description: 'x' } } as never)).toMatchObject({
    change: 'changed',
    fields: ['description'],
  })
  const stored = { ...binding!, spec: { ...binding!.spec, expiresAt: '2026-12-01T00:00:00.000Z', reason: null } }
  expect(compare(binding!, stored as never)).toMatchObject({ change: 'same' })
})

test.each([
  ['b', '2026-12-01T00:00:01Z', true],
  ['b', '2026-12-01T00:00:00Z', false],
  ['b', undefined, true],
  ['request-3f9c2a71d0', undefined, false],
  ['request-a-review', undefined, true],
])('binding %s that ends %s is kept in a file: %s', (name, expiresAt, kept) => {
  const [group, , binding] = read(text)
  if (binding?.kind !== 'Binding') throw new Error('no binding')
  const { expiresAt: _, ...spec } = { ...binding.spec, name }
  const document = { kind: 'Binding' as const, spec: { ...spec, ...(expiresAt !== undefined && { expiresAt }) } }
  expect(isLasting(document, new Date('2026-12-01T00:00:00Z'))).toBe(kept)
  expect(group && isLasting(group, new Date('2026-12-01T00:00:00Z'))).toBe(true)
})
