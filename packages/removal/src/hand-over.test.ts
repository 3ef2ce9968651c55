import { expect, test } from 'vitest'
import { labelsOf } from '../test/agent.ts'
import { INSTANCE as OURS } from '../test/found.ts'
import { withoutMarks } from './hand-over.ts'
import { INSTANCE, MANAGED_BY, OBJECT, POD_SECURITY } from './labels.ts'

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const labels = { ...labelsOf(OURS), [POD_SECURITY]: 'restricted', team: 'a' }
const wroteBy = (...names: string[]) => [
  { fieldsV1: { 'f:metadata': { 'f:labels': Object.fromEntries(names.map(name => [`f:${name}`, {}])) } } },
]
const applied = (instance: string) => JSON.stringify({ metadata: { labels: { ...labels, [INSTANCE]: instance } } })
const gone = { [INSTANCE]: null, [MANAGED_BY]: null, 'app.kubernetes.io/name': null }

test('our labels go, and what came with them; all else stays', () => {
  const managedFields = wroteBy(INSTANCE, POD_SECURITY)
  const annotations = { [OBJECT]: 'Namespace a', [APPLIED]: applied(OURS), mine: 'x' }
  expect(withoutMarks({ uid: 'u', labels, annotations, managedFields })).toEqual({
    metadata: { uid: 'u', labels: { ...gone, [POD_SECURITY]: null }, annotations: { [OBJECT]: null, [APPLIED]: null } },
  })
})

test('a restriction that was there before stays, and what somebody applied', () => {
  const annotations = { [APPLIED]: applied('another') }
  const managedFields = [...wroteBy(POD_SECURITY), ...wroteBy(INSTANCE)]
  expect(withoutMarks({ uid: 'u', labels, annotations, managedFields })).toEqual({
    metadata: { uid: 'u', labels: gone },
  })
  expect(withoutMarks({ uid: 'u', labels, annotations: { [APPLIED]: '{' } })).toEqual({
    metadata: { uid: 'u', labels: gone },
  })
})

test('where nobody is on record, what kubectl applied tells', () => {
  expect(withoutMarks({ uid: 'u', labels, annotations: { [APPLIED]: applied(OURS) } }).metadata.labels).toHaveProperty(
    [POD_SECURITY],
    null,
  )
})

test('a label that somebody else wrote over ours stays', () => {
  const taken = { ...labels, [MANAGED_BY]: 'somebody', 'app.kubernetes.io/name': 'theirs' }
  expect(withoutMarks({ uid: 'u', labels: taken }).metadata.labels).toEqual({ [INSTANCE]: null })
})
