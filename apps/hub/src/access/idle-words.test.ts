import { WriteRole } from '@moorage/contract/access.ts'
import { expect, test } from 'vitest'
import { builtInRoles } from './built-in-roles.ts'
import { idleWords } from './idle-words.ts'

const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }
const paths = (role: object) => idleWords(WriteRole.parse({ name: 'r', ...role })).map(({ path }) => path)

test.each([
  [{ resources: ['secret*'] }, 'resources.0'],
  [{ resources: ['pods', 'pods/log/x'] }, 'resources.1'],
  [{ resources: ['/log'] }, 'resources.0'],
  [{ resources: ['Pod'] }, 'resources.0'],
  [{ verbs: ['GET'] }, 'verbs.0'],
  [{ verbs: ['get', 'de*'] }, 'verbs.1'],
  [{ apiGroups: ['*.example.org'] }, 'apiGroups.0'],
])('%j is a rule for nothing', (odd, at) => {
  expect(paths({ kubernetes: [rule, { ...rule, ...odd }] })).toEqual([`kubernetes.1.${at}`])
  expect(paths({ deny: { kubernetes: [{ ...rule, ...odd }] } })).toEqual([`deny.kubernetes.0.${at}`])
})

test('what roles are written with', () => {
  const resources = ['pods', 'pods/log', 'pods/*', '*/scale', '*/*', '*']
  expect(paths({ kubernetes: [{ ...rule, apiGroups: ['*'], resources, verbs: ['*'] }] })).toEqual([])
  expect(paths({ kubernetes: [{ ...rule, apiGroups: ['custom.metrics.k8s.io'], resources: ['pods/Load'] }] })).toEqual(
    [],
  )
  expect(paths({ nonResource: [{ paths: ['/metrics'], verbs: ['Get'] }] })).toEqual(['nonResource.0.verbs.0'])
  for (const role of builtInRoles) expect(idleWords(role), role.name).toEqual([])
})
