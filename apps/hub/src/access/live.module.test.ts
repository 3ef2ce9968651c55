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
