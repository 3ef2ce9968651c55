import { randomBytes } from 'node:crypto'
import { describe, expect, inject, test } from 'vitest'
import { testStore } from './fixtures/stores.ts'
import { instanceId } from './meta.ts'
import { deleteExpiredSessions, findSession, insertSession } from './sessions.ts'
import { findToken, hashToken, insertFirstToken, insertToken, listTokens, makeToken, revokeToken } from './tokens.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds))
const token = (id: string, more: object = {}) => ({
  id,
  name: id,
  hash: hashToken(id),
  created_at: at(0),
  created_by: 'me',
  ...more,
})
const session = (id: string, tokenId: string) => ({
  id,
  hash: hashToken(id),
  token_id: tokenId,
  created_at: at(0),
  expires_at: at(100),
  last_used_at: at(0),
  user_agent: '',
})

describe.each(['pglite', 'postgres'] as const)('tokens on %s', engine => {
  test('are good until they expire or are revoked, and sessions with them', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    await insertToken(db, token('a'))
    await insertToken(db, token('b', { expires_at: at(10) }))
    await insertSession(db, session('s', 'a'))
    await insertSession(db, session('t', 'b'))
    const good = async (now: Date) => ({
      tokens: [await findToken(db, hashToken('a'), now), await findToken(db, hashToken('b'), now)].map(row => row?.id),
      sessions: [await findSession(db, hashToken('s'), now), await findSession(db, hashToken('t'), now)].map(
        row => row?.token_name,
      ),
    })
    expect(await good(at(5))).toEqual({ tokens: ['a', 'b'], sessions: ['a', 'b'] })
    expect(await good(at(10))).toEqual({ tokens: ['a', undefined], sessions: ['a', undefined] })
    expect(await revokeToken(db, 'a', at(11))).toBe(true)
    expect(await revokeToken(db, 'a', at(11))).toBe(false)
    expect(await good(at(5))).toEqual({ tokens: [undefined, 'b'], sessions: [undefined, 'b'] })
    expect(await deleteExpiredSessions(db, at(100))).toBe(1)
  })

  test('are listed in pages, oldest first', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    for (const [n, id] of ['c', 'a', 'b', 'd', 'e'].entries()) {
      await insertToken(store.db, token(id, { created_at: at(Math.floor(n / 2)) }))
    }
    const first = await listTokens(store.db, { limit: 3 })
    const last = first.rows.at(-1)!
    const rest = await listTokens(store.db, { limit: 3, after: { createdAt: last.created_at, id: last.id } })
    expect([...first.rows, ...rest.rows].map(({ id }) => id)).toEqual(['a', 'c', 'b', 'd', 'e'])
    expect(first.total).toBe(5)
  })

  test('begin with one, whoever starts at the same time, and it is announced once', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const announced: string[] = []
    const made = await Promise.all(
      ['a', 'b', 'c', 'd'].map(id => insertFirstToken(store.db, token(id), () => announced.push(id))),
    )
    expect(made.filter(Boolean)).toHaveLength(1)
    expect((await listTokens(store.db, { limit: 9 })).rows.map(({ id }) => id)).toEqual(announced)
  })

  test('an announcement that fails leaves no token behind', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const failing = insertFirstToken(store.db, token('a'), () => {
      throw new Error('the terminal is gone')
    })
    await expect(failing).rejects.toThrow('the terminal is gone')
    expect(await insertFirstToken(store.db, token('b'), () => {})).toBe(true)
  })

  test('the instance has one id for ever', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    let n = 0
    const ids = await Promise.all(Array.from({ length: 10 }, () => instanceId(store.db, () => `id-${n++}`)))
    expect(new Set(ids).size).toBe(1)
    expect(await instanceId(store.db, () => 'later')).toBe(ids[0])
  })
})

test('a token looks like ours and is long enough', () => {
  expect(makeToken(randomBytes)).toMatch(/^moorage_[\w-]{43}$/)
})
