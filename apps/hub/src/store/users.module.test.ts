import { describe, expect, inject, test } from 'vitest'
import { countTry, deleteOldTries, forgetTries } from './failed-sign-ins.ts'
import { testStore } from './fixtures/stores.ts'
import { deleteSession, findSession, insertSession, listSessions } from './sessions.ts'
import { findToken, insertToken, listTokens } from './tokens.ts'
import { cutCredentials, findUser, hasUsers, insertUser, renewGroups, updateUser } from './users.ts'
import { validSessionIds, validTokenIds } from './valid-credentials.ts'

const now = new Date('2026-11-21T12:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const created = { created_at: now, created_by: 'test' }

describe.each(['pglite', 'postgres'] as const)('users on %s', engine => {
  const open = () => testStore(engine, inject('databaseUrl'))

  test('who is disabled has no credential that is good, and gets back what was not cut', async () => {
    await using store = await open()
    const { db } = store
    expect(await hasUsers(db)).toBe(false)
    expect(await insertUser(db, { id: 'u', name: 'ada', source: 'corp', subject: 's', ...created })).toBe(true)
    expect(await insertUser(db, { id: 'v', name: 'ada', source: 'local', ...created })).toBe(false)
    expect(await insertUser(db, { id: 'v', name: 'eve', source: 'corp', subject: 's', ...created })).toBe(false)
    await insertToken(db, { id: 't', name: 't', hash: 'th', user_id: 'u', ...created })
    const session = { hash: 'sh', user_id: 'u', created_at: now, last_used_at: now, user_agent: '', groups: '["old"]' }
    await insertSession(db, { id: 's', ...session, expires_at: later(100), idle_expires_at: later(50) })
    const good = async (at = now) => [
      (await findToken(db, 'th', at))?.user_name,
      (await findSession(db, 'sh', at))?.user_name,
      ...(await validTokenIds(db, ['t'], at)).keys(),
      ...(await validSessionIds(db, ['s'], at)).keys(),
    ]
    expect(await good()).toEqual(['ada', 'ada', 't', 's'])
    expect(await good(later(60))).toEqual(['ada', undefined, 't'])
    await renewGroups(db, 'u', ['new'])
    expect([(await findToken(db, 'th', now))?.groups, (await findSession(db, 'sh', now))?.groups]).toEqual([
      ['new'],
      ['new'],
    ])
    await updateUser(db, 'u', { disabled_at: now })
    expect(await good()).toEqual([undefined, undefined])
    await updateUser(db, 'u', { disabled_at: null })
    expect(await good()).toEqual(['ada', 'ada', 't', 's'])
    expect((await listTokens(db, { limit: 9, of: { userId: 'u' } })).total).toBe(1)
    expect(await listSessions(db, { now, userId: 'u' })).toHaveLength(1)
    expect(await db.transaction().execute(trx => cutCredentials(trx, { userId: 'u' }, { now }))).toEqual({
      sessions: 1,
      tokens: 1,
    })
    expect(await good()).toEqual([undefined, undefined])
    expect(await deleteSession(db, 's')).toBeUndefined()
  })

  test('many tries at once are counted one by one, and a lock-out ends with its time', async () => {
    await using store = await open()
    const { db } = store
    const lockFor = (failures: number) => (failures < 3 ? 0 : 10_000)
    const since = later(-3600)
    const tries = (at: Date) =>
      Promise.all(Array.from({ length: 8 }, () => countTry(db, 'ada', { now: at, since, lockFor })))
    const first = await tries(now)
    expect(first.flatMap(answer => ('failures' in answer ? [answer.failures] : [])).sort()).toEqual([1, 2, 3])
    await insertUser(db, { id: 'u', name: 'ada', source: 'local', ...created })
    expect((await findUser(db, 'ada'))?.locked_until).toEqual(later(10))
    expect((await tries(later(11))).filter(answer => 'failures' in answer)).toHaveLength(1)
    await forgetTries(db, 'ada')
    expect(await countTry(db, 'ada', { now: later(12), since, lockFor })).toEqual({ failures: 1 })
    await deleteOldTries(db, later(13))
    expect((await findUser(db, 'ada'))?.locked_until).toBeNull()
  })
})
