import type { Role } from '@moorage/contract/access.ts'
import type { ClusterFacts, KubeAccessRequest } from '@moorage/contract/access-request.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { RecordingPolicy } from '@moorage/contract/recording.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { whyNotGrant } from './grant.ts'
import { compilePolicy } from './policy.ts'
import { recordingPolicy, rolesOnRecording } from './recording-policy.ts'

type Word = RecordingPolicy | undefined
const OR_REFUSE = 'record-or-refuse'

test.each<[hub: RecordingPolicy, cluster: RecordingPolicy | null, roles: Word[], holds: RecordingPolicy]>([
  // Without a word of roles.
  ['record', null, [], 'record'],
  ['off', null, [undefined], 'off'],
  [OR_REFUSE, 'off', [undefined], 'off'],
  ['off', OR_REFUSE, [], OR_REFUSE],
  // Roles are stricter.
  ['off', null, ['record'], 'record'],
  ['record', 'off', [OR_REFUSE], OR_REFUSE],
  ['record', null, ['record', OR_REFUSE, undefined], OR_REFUSE],
  [OR_REFUSE, null, ['record'], OR_REFUSE],
  // Roles exempt, from what is the hub’s `record` alone.
  ['record', null, ['off'], 'off'],
  ['record', null, ['off', 'off'], 'off'],
  ['record', 'record', ['off'], 'record'],
  ['record', OR_REFUSE, ['off'], OR_REFUSE],
  [OR_REFUSE, null, ['off'], OR_REFUSE],
  // Not where somebody is let in by another role too.
  ['record', null, ['off', undefined], 'record'],
  ['record', null, ['off', 'record'], 'record'],
])('of the hub %s, the cluster %s and roles %j it is %s that holds', (hub, cluster, roles, holds) => {
  expect(recordingPolicy({ hub, cluster, roles })).toBe(holds)
})

const words = ['off', 'record', OR_REFUSE] as const
const word = fc.constantFrom(...words)

test('what must be recorded somewhere is never taken back, and the order of roles says nothing', () => {
  const said = fc.record({
    hub: word,
    cluster: fc.option(word),
    roles: fc.array(fc.option(word, { nil: undefined }), { maxLength: 4 }),
  })
  fc.assert(
    fc.property(said, ({ hub, cluster, roles }) => {
      const holds = recordingPolicy({ hub, cluster, roles })
      expect(recordingPolicy({ hub, cluster, roles: roles.toReversed() })).toBe(holds)
      if ((cluster ?? hub) === OR_REFUSE || roles.includes(OR_REFUSE)) expect(holds).toBe(OR_REFUSE)
      if (cluster !== null) expect(words.indexOf(holds)).toBeGreaterThanOrEqual(words.indexOf(cluster))
    }),
  )
})

const facts: ClusterFacts = { id: 'c', name: 'prod', labels: {}, projects: ['default'], mode: 'full' }
const exec: KubeAccessRequest = {
  ...{ kind: 'kubernetes', cluster: facts, verb: 'create', apiGroup: '', resource: 'pods', subresource: 'exec' },
  ...{ name: 'web', namespace: 'shop' },
}
const ada: Identity = { kind: 'user', id: '1', name: 'ada', groups: [] }
const none = { permissions: [], kubernetes: [], nonResource: [] }
const role = (name: string, resources: string[], recording?: RecordingPolicy): Role => ({
  ...{ name, description: '', builtIn: false, ...none, deny: none },
  kubernetes: [{ apiGroups: [''], resources, verbs: ['*'] }],
  ...(recording && { recording }),
})
const bound = (name: string, more: { namespaces?: string[]; expiresAt?: Date } = {}) => ({
  ...{ name, role: name, subjects: [{ kind: 'user' as const, name: 'ada' }], expiresAt: more.expiresAt ?? null },
  scope: more.namespaces
    ? { kind: 'namespace' as const, cluster: 'prod', namespaces: more.namespaces }
    : { kind: 'organisation' as const },
})

test('only the roles by which somebody is let in have a word', () => {
  const roles = [
    role('elsewhere', ['pods/exec'], OR_REFUSE),
    role('over', ['pods/exec'], OR_REFUSE),
    role('other', ['secrets'], OR_REFUSE),
    role('quiet', ['pods/exec']),
    role('own', ['pods/*'], 'off'),
  ]
  const bindings = [
    bound('elsewhere', { namespaces: ['vault'] }),
    bound('over', { expiresAt: new Date(0) }),
    bound('other'),
    bound('quiet'),
    bound('own'),
  ]
  expect(rolesOnRecording(ada, [exec], compilePolicy(bindings, roles), new Date())).toEqual(['off', undefined])
})

test('only who may set what is recorded gives out an exemption', () => {
  const wide: Role = { ...role('wide', ['*']), kubernetes: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }
  const may: Role = { ...role('may', ['pods']), permissions: [{ resources: ['recordings'], verbs: ['update'] }] }
  const give = (...bindings: string[]) =>
    whyNotGrant(
      { role: role('exempt', ['pods/exec'], 'off'), scope: { kind: 'organisation' }, expiresAt: null },
      {
        who: ada,
        policy: compilePolicy(
          bindings.map(name => bound(name)),
          [wide, may],
        ),
        now: new Date(),
        clusterOf: () => facts,
      },
    )
  expect(give('wide')).toMatch(/^Role exempt exempts from recording .* ada may not/)
  expect(give('wide', 'may')).toBeNull()
})
