import { eventResource, projectedKinds } from '@moorage/projector/kinds.ts'
import { expect, test } from 'vitest'
import { readOnlyRules } from './read-only-rules.ts'

test('the narrow role allows what the projector reads, node metrics, and nothing else', () => {
  const allowed = readOnlyRules.flatMap(rule =>
    (rule.apiGroups ?? []).flatMap(group => (rule.resources ?? []).map(resource => `${group}/${resource}`)),
  )
  const read = [...projectedKinds, eventResource].map(({ group, resource }) => `${group}/${resource}`)
  expect(allowed.sort()).toEqual([...read, 'metrics.k8s.io/nodes'].sort())
})

test('it only reads, and names everything', () => {
  for (const { verbs, nonResourceURLs } of readOnlyRules) {
    expect(['get', 'list', 'watch']).toEqual(expect.arrayContaining(verbs))
    expect(nonResourceURLs).toBeUndefined()
  }
})
