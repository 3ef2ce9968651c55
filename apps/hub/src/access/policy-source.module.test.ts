import { eventually } from '@moorage/testkit/eventually.ts'
import { describe, expect, inject, test } from 'vitest'
import { raiseAccessVersion } from '../store/access-version.ts'
import { deleteBinding, listBindings, putBinding } from '../store/bindings.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { putGroup } from '../store/groups.ts'
import { deleteRole, putRole } from '../store/roles.ts'
import type { Store } from '../store/store.ts'
import { openPolicy } from './policy-source.ts'

const now = new Date('2026-11-21T12:00:00Z')
const ada = { kind: 'user' as const, name: 'ada', groups: [] }
const empty = { permissions: [], kubernetes: [], nonResource: [] }
const silent = { subscribe: async function* () {} }

async function fill(store: Store): Promise<void> {
  await store.db.transaction().execute(async trx => {
    await raiseAccessVersion(trx)
    await putRole(trx, { name: 'r', description: 'd', ...empty, deny: empty }, 'test', now)
    await putGroup(trx, { name: 'team', description: '', members: ['ada'] }, 'test', now)
    const subjects = [{ kind: 'group' as const, name: 'team' }]
    const scope = { kind: 'cluster' as const, labels: 'env=prod' }
    await putBinding(trx, { name: 'b', role: 'r', subjects, scope, expiresAt: '2026-12-01T00:00:00Z' }, 'test', now)
  })
}

describe.each(['pglite', 'postgres'] as const)('the policy on %s', engine => {
  test('is another one within a second of a change, even if nobody says so, and calls back once', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    await using policy = await openPolicy({ store, changes: silent, warn: console.warn })
    expect(policy.current().for(ada)).toEqual([])
    let changed = 0
    using _ = policy.changed(() => {
      changed += 1
    })
    await fill(store)
    await eventually(
      () =>
        expect(
          policy
            .current()
            .for(ada)
            .map(({ name }) => name),
        ).toEqual(['b']),
      { within: 5_000 },
    )
    expect(changed).toBe(1)
    expect(policy.current().groupsOf(ada)).toEqual(['team'])
    await store.db.transaction().execute(async trx => {
      await raiseAccessVersion(trx)
      await deleteBinding(trx, 'b')
    })
    await policy.reload()
    expect(policy.current().for(ada)).toEqual([])
  })

  test('is stored as it was written, and written anew under the same name', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    await fill(store)
    const [binding] = await listBindings(store.db)
    expect(binding).toMatchObject({ name: 'b', role: 'r', scope: { kind: 'cluster', labels: 'env=prod' } })
    expect(binding?.expires_at?.toISOString()).toBe('2026-12-01T00:00:00.000Z')
    const subjects = [{ kind: 'user' as const, name: 'bob' }]
    const again = { name: 'b', role: 'r2', subjects, scope: { kind: 'organisation' as const } }
    expect(await putBinding(store.db, again, 'other', now)).toBe(false)
    expect(await listBindings(store.db)).toMatchObject([{ role: 'r2', subjects, expires_at: null, created_by: 'test' }])
    expect(await deleteRole(store.db, 'r')).toBe(true)
    expect(await deleteRole(store.db, 'r')).toBe(false)
  })
})
