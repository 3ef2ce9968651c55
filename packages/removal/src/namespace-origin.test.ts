import { expect, test } from 'vitest'
import { INSTANCE } from './labels.ts'
import { cameWithOurs, wasThereBefore } from './namespace-origin.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString().replace('.000', '')
const NAME = 'kubernetes.io/metadata.name'
const wrote = (seconds: number, ...labels: string[]) => ({
  time: at(seconds),
  fieldsV1: { 'f:metadata': { 'f:labels': Object.fromEntries(labels.map(label => [`f:${label}`, {}])) } },
})
const namespace = (...managedFields: object[]) => ({ creationTimestamp: at(0), managedFields })
const account = (seconds: number) => ({ createdAt: at(seconds) })

test.each([
  ['it was made by the manifest', namespace(wrote(0, NAME, INSTANCE)), 0, false],
  ['it was made by the manifest, and the rest came slowly', namespace(wrote(0, NAME, INSTANCE)), 40, false],
  ['it was made by the manifest, and relabelled by a later one', namespace(wrote(90, NAME, INSTANCE)), 1, false],
  [
    'it was made by the manifest, and labelled by somebody',
    namespace(wrote(0, NAME, INSTANCE), wrote(5, 'a')),
    0,
    false,
  ],
  ['server-side, by the manifest', namespace(wrote(0, INSTANCE)), 0, false],
  ['somebody made it just before', namespace(wrote(0, NAME), wrote(0, INSTANCE)), 0, true],
  ['the same program made it before', namespace(wrote(9, NAME, INSTANCE)), 9, true],
  ['somebody made it server-side before', namespace(wrote(0, 'team'), wrote(9, INSTANCE)), 10, true],
  ['nothing is known but that it is old', namespace(), 61, true],
  ['nothing is known', namespace(), 60, false],
])('%s', (_what, metadata, seconds, expected) => {
  expect(wasThereBefore(metadata, account(seconds))).toBe(expected)
})

test('a namespace without the ServiceAccount is somebody’s where somebody else is on record', () => {
  expect(wasThereBefore(namespace(wrote(0, NAME), wrote(9, INSTANCE)), undefined)).toBe(true)
  expect(wasThereBefore(namespace(wrote(9, NAME, INSTANCE)), undefined)).toBe(false)
})

test('a status that a controller writes makes nobody its owner', () => {
  const status = { ...wrote(3, NAME), subresource: 'status' }
  expect(wasThereBefore(namespace(wrote(0, NAME, INSTANCE), status), account(0))).toBe(false)
})

test('a label came with ours where the same program wrote both', () => {
  expect(cameWithOurs(namespace(wrote(0, NAME, 'a'), wrote(9, INSTANCE, 'b')), 'b')).toBe(true)
  expect(cameWithOurs(namespace(wrote(0, NAME, 'a'), wrote(9, INSTANCE, 'b')), 'a')).toBe(false)
  expect(cameWithOurs(namespace(), 'a')).toBeNull()
})
