import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { instanceOf, readHelmRecord } from './helm-release.ts'

const field = (record: unknown) =>
  Buffer.from(gzipSync(JSON.stringify(record)).toString('base64'), 'latin1').toString('base64')
const labelled = (value: string) => `kind: ConfigMap\nmetadata:\n  labels:\n    moorage.dev/instance: ${value}\n`

test('Helm’s record is read with its hooks', () => {
  const record = { manifest: labelled('a'), hooks: [{ manifest: labelled('b') }] }
  expect(readHelmRecord(field(record))).toEqual({ manifests: [labelled('a'), labelled('b')] })
  expect(readHelmRecord(field({ manifest: labelled('a'), hooks: null }))).toEqual({ manifests: [labelled('a')] })
})

test.for(['', '!!!', Buffer.from('text').toString('base64'), field('text'), field(null)])(
  'what is no record is none: %s',
  text => {
    const record = readHelmRecord(text)
    expect(record === null || instanceOf(record) === null).toBe(true)
  },
)

test.for([
  [true, labelled('a')],
  [true, labelled('"a"')],
  [true, `---\n# Source: chart/x.yaml\n${labelled('a')}---\n# nothing here\n---\n${labelled("'a'")}`],
  [true, labelled('a').replace('moorage.dev/instance', '"moorage.dev/instance"')],
  [false, ''],
  [false, labelled('ab')],
  [false, `${labelled('a')}---\nkind: Secret\n`],
  [false, `${labelled('a')}---\n${labelled('b')}`],
  [false, `${labelled('a')}---\nkind: Secret\n# moorage.dev/instance: a\n`],
] as const)('only what carries the label all over is ours: %s %j', ([is, manifest]) => {
  expect(instanceOf({ manifests: [manifest] }) === 'a').toBe(is)
})
