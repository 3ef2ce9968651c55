import { expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { insertSession } from '../store/sessions.ts'
import { insertToken } from '../store/tokens.ts'
import { insertUser, renewGroups } from '../store/users.ts'
import type { Authenticated } from './identity.ts'
import { followCredentials } from './live.ts'

test.each(['pglite', 'postgres'] as const)(
  'what somebody has open ends with a group that was taken from them, and not with one that they are given, on %s',
  async engine => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const now = () => new Date()
    const made = { created_at: now(), created_by: 'test' }
    const groups = JSON.stringify(['dev', 'ops'])
    await insertUser(store.db, { id: 'ada', name: 'ada', source: 'corp', subject: 's', ...made })
    await insertToken(store.db, { id: 't', name: 't', hash: 't', user_id: 'ada', groups, ...made })
    const times = { created_at: now(), last_used_at: now(), expires_at: new Date(Date.now() + 3_600_000) }
    await insertSession(store.db, { id: 's', hash: 's', user_id: 'ada', user_agent: '', groups, ...times })
    const warn = (message: string) => expect.unreachable(message)
    using live = followCredentials({ shutOut: () => null, store, now, warn, everyMs: 3_600_000 })
    const identity = { kind: 'user' as const, id: 'ada', name: 'ada', groups: ['dev', 'ops'] }
    const vias: Authenticated['via'][] = [
      { kind: 'bearer', tokenId: 't' },
      { kind: 'session', tokenId: null, sessionId: 's' },
    ]
    const open = vias.map(via => live.follow({ identity, via }).signal)
    await renewGroups(store.db, 'ada', ['ops', 'new', 'dev'])
    expect(await live.recheck()).toEqual([])
    await renewGroups(store.db, 'ada', ['ops', 'new'])
    expect(await live.recheck()).toEqual([identity, identity])
    expect(open.map(({ aborted }) => aborted)).toEqual([true, true])
  },
)

test.each(['pglite', 'postgres'] as const)(
  'a session is not idle while somebody does something in what it has open, and is written down once a minute, on %s',
  async engine => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const started = Date.now()
    let ahead = 0
    const now = () => new Date(started + ahead)
    const minutes = (count: number) => count * 60_000
    const at = { created_at: now(), last_used_at: now(), expires_at: new Date(started + minutes(240)) }
    await insertUser(store.db, { id: 'ada', name: 'ada', source: 'local', created_at: now(), created_by: 'test' })
    for (const id of ['busy', 'idle']) {
      const idle_expires_at = new Date(started + minutes(120))
      await insertSession(store.db, {
        id,
        hash: id,
        user_id: 'ada',
        user_agent: '',
        groups: '[]',
        ...at,
        idle_expires_at,
      })
    }
    using live = followCredentials({ store, now, shutOut: () => null, warn: expect.unreachable, everyMs: 3_600_000 })
    const identity = { kind: 'user' as const, id: 'ada', name: 'ada', groups: [] }
    const open = (sessionId: string) => live.follow({ identity, via: { kind: 'session', tokenId: null, sessionId } })
    const [busy, idle] = [open('busy'), open('idle')]
    const usedAt = async () => {
      const { last_used_at } = await store.db
        .selectFrom('sessions')
        .select('last_used_at')
        .where('id', '=', 'busy')
        .executeTakeFirstOrThrow()
      return (last_used_at.getTime() - started) / 60_000
    }
    for (const [minute, written] of [
      [100, 100],
      [100.5, 100],
      [101, 101],
    ] as const) {
      ahead = minutes(minute)
      busy.used()
      await live.recheck()
      expect(await usedAt()).toBe(written)
    }
    ahead = minutes(121)
    expect(await live.recheck()).toHaveLength(1)
    expect([busy.signal.aborted, idle.signal.aborted]).toEqual([false, true])
    // Its last minute ends it, whatever is done in it.
    ahead = minutes(220)
    busy.used()
    expect(await live.recheck()).toEqual([])
    ahead = minutes(240)
    busy.used()
    expect(await live.recheck()).toHaveLength(1)
  },
)
