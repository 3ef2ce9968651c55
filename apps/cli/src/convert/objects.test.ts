import { expect, test } from 'vitest'
import { belongsTo, isOurs, manifest, ourLabels, wantedObjects } from './objects.ts'
import { readOnlyRules } from './read-only-rules.ts'
import { commandLine } from './sign-in.ts'
import { isShortened } from './token.ts'

test('the read-only role has no wildcard, no verb but reads, no Secret and no way into a pod', () => {
  const text = JSON.stringify(readOnlyRules)
  for (const never of ['*', 'secrets', '/', 'nonResourceURLs', 'impersonate', 'serviceaccounts'])
    expect(text).not.toContain(never)
  for (const { verbs } of readOnlyRules) for (const verb of verbs) expect(['get', 'list', 'watch']).toContain(verb)
  expect(text).not.toContain('configmaps')
})

test('everything that is made carries the labels that undo goes by', () => {
  for (const mode of ['read-only', 'full'] as const)
    for (const wanted of wantedObjects('moorage', mode, { secret: true })) {
      const made = manifest(wanted) as { metadata: { labels: object } }
      expect(made.metadata.labels).toEqual(ourLabels)
      expect(belongsTo(wanted, {})).toBe(true)
      expect(belongsTo(wanted, { namespace: 'moorage', mode })).toBe(true)
    }
})

test('undo of one namespace or mode is not about another one', () => {
  const role = wantedObjects('a', 'full', { secret: false })[2]!
  expect(belongsTo(role, { namespace: 'b' })).toBe(false)
  expect(belongsTo(role, { mode: 'read-only' })).toBe(false)
  expect(belongsTo({ kind: 'ClusterRole', name: 'cluster-admin' }, {})).toBe(false)
})

test('one label of another tool does not make an object ours', () => {
  const metadata = { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
  expect(isOurs({ metadata })).toBe(false)
  expect(isOurs({ metadata: { ...metadata, labels: { 'app.kubernetes.io/managed-by': 'moorage' } } })).toBe(false)
  expect(isOurs({ metadata: { ...metadata, labels: { ...ourLabels, more: 'x' } } })).toBe(true)
})

test('a plugin’s command is shown as it could be typed, without secrets of its environment', () => {
  const shown = commandLine({
    command: 'aws',
    args: ['eks', 'get-token', '--cluster-name', "it's"],
    env: { AWS_PROFILE: 'prod', API_TOKEN: 'planted' },
  })
  expect(shown).toBe("AWS_PROFILE=prod API_TOKEN=… aws eks get-token --cluster-name 'it'\\''s'")
})

test('a token that is a second short is not shortened', () => {
  const now = new Date(0)
  expect(isShortened(new Date(3_599_000), 3600, now)).toBe(false)
  expect(isShortened(new Date(1_800_000), 3600, now)).toBe(true)
})
