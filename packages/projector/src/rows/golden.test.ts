import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '@moorage/kube/resource.ts'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { projectedKinds } from '../kinds.ts'
import { eventRow } from './event.ts'

/** Each file holds an object as the API serves it, and the row that it becomes. */
const FOLDER = join(import.meta.dirname, '../../test/golden')
const files = readdirSync(FOLDER).sort()

/** `pod-ended.yaml` holds a Pod: the kind is the longest one that the name starts with. */
const nameOf = (kind: string) => kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
const kindOf = (file: string) =>
  projectedKinds.filter(({ kind }) => file.startsWith(nameOf(kind))).sort((a, b) => b.kind.length - a.kind.length)[0]

describe('an object and its row', () => {
  test.each(files)('%s', file => {
    const { object, row } = parse(readFileSync(join(FOLDER, file), 'utf8')) as { object: KubeObject; row: unknown }
    const made = file.startsWith('event') ? eventRow(object) : kindOf(file)!.row(object)
    expect(made).toEqual(row)
    expect(JSON.stringify(made)).not.toContain('planted-secret')
  })
})

test('there is a pair for every kind', () => {
  const shown = new Set(files.map(file => kindOf(file)?.kind))
  expect(projectedKinds.map(({ kind }) => kind).filter(kind => !shown.has(kind))).toEqual([])
})

test.each(projectedKinds)('$kind: an object with nothing but its metadata has a row too', ({ kind, row }) => {
  const metadata = { name: 'bare', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }
  expect(row({ metadata })).toMatchObject({ kind, name: 'bare', namespace: '', createdAt: metadata.creationTimestamp })
})
