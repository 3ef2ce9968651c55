import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, inject, test } from 'vitest'
import { authenticateToken } from './access/identity.ts'
import { signIn } from './access/sessions.ts'
import { ensureFirstToken } from './first-token.ts'
import { resetAdminToken } from './reset-token.ts'
import { listAudit } from './store/audit-search.ts'
import { testDeps, testPlace, testStore } from './store/fixtures/stores.ts'
import { verifyAudit } from './store/fixtures/verify-audit.ts'
import { openStore } from './store/open.ts'
import { hashToken, insertToken } from './store/tokens.ts'

describe.each(['pglite', 'postgres'] as const)('a reset of the admin token on %s', engine => {
  test('ends the old one and its sessions, and no other; again and again, each time with a line in the audit log', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const deps = { store, now: () => new Date(), random: randomBytes, secure: true }
    let first = ''
    const show = (text: string) => {
      first = text
    }
    await ensureFirstToken({ ...deps, show }, { kind: 'print' })
    await insertToken(store.db, {
      id: randomUUID(),
      name: 'ci',
      hash: hashToken('ci'),
      created_at: new Date(),
      created_by: 'me',
    })
    await signIn(deps, first, { userAgent: '', address: '127.0.0.1' })

    const second = await resetAdminToken(deps)
    await expect(authenticateToken(deps, first)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await store.db.selectFrom('sessions').select('id').execute()).toEqual([])
    expect((await authenticateToken(deps, second.token)).identity).toMatchObject({ id: second.id, name: 'first admin' })
    expect((await authenticateToken(deps, 'ci')).identity.name).toBe('ci')

    const third = await resetAdminToken(deps)
    await expect(authenticateToken(deps, second.token)).rejects.toMatchObject({ code: 'unauthenticated' })
    await authenticateToken(deps, third.token)
    // The next start makes no other one.
    await ensureFirstToken({ ...deps, show: () => expect.unreachable() }, { kind: 'print' })

    const lines = await listAudit(store.db, { action: 'tokens.reset', limit: 9 })
    expect(lines).toMatchObject([
      { target: `tokens/${third.id}`, actor_kind: 'system', allowed: true },
      { target: `tokens/${second.id}`, actor_kind: 'system', allowed: true },
    ])
    expect(JSON.stringify(lines)).not.toContain(third.token)
    expect(await verifyAudit(store.db)).toMatchObject({ faults: [], lines: 2 })
  })

  test('of several at once leaves one token that is good', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const deps = { store, now: () => new Date(), random: randomBytes, secure: true }
    await ensureFirstToken({ ...deps, show: () => {} }, { kind: 'print' })
    const made = await Promise.all(Array.from({ length: 4 }, () => resetAdminToken(deps)))
    const good = await Promise.allSettled(made.map(({ token }) => authenticateToken(deps, token)))
    expect(good.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('is refused where no hub was ever started', async () => {
    await using place = await testPlace(engine, inject('databaseUrl'))
    await using store = await openStore(place.config, testDeps)
    const deps = { store, now: () => new Date(), random: randomBytes }
    await expect(resetAdminToken(deps)).rejects.toMatchObject({ code: 'never_started' })
    await using migrated = await testStore(engine, inject('databaseUrl'))
    await expect(resetAdminToken({ ...deps, store: migrated })).rejects.toMatchObject({ code: 'never_started' })
  })
})
