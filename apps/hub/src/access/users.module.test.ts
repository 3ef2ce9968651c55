import { once } from 'node:events'
import { expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { insertSession } from '../store/sessions.ts'
import { insertToken } from '../store/tokens.ts'
import { insertUser } from '../store/users.ts'
import type { Authenticated } from './identity.ts'
import { followCredentials } from './live.ts'
import { disableUser, revokeUser } from './users.ts'

/** ms; what the hub promises for streams of every replica. */
const CUT_WITHIN = 2_000
/** ms; what the hub itself looks after. */
const RECHECK_MS = 1_000

test.each(['pglite', 'postgres'] as const)(
  'what a user has open is cut at once where it is taken back, and within 2 s on other replicas, on %s',
  async engine => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const now = () => new Date()
    const made = { created_at: now(), created_by: 'test' }
    for (const id of ['ada', 'eve']) {
      await insertUser(store.db, { id, name: id, source: 'local', ...made })
      await insertToken(store.db, { id: `t-${id}`, name: 't', hash: `t-${id}`, user_id: id, ...made })
      const times = { created_at: now(), last_used_at: now(), expires_at: new Date(Date.now() + 3600_000) }
      await insertSession(store.db, { id: `s-${id}`, hash: `s-${id}`, user_id: id, user_agent: '', ...times })
    }
    const replica = () => {
      const warn = (message: string) => expect.unreachable(message)
      return followCredentials({ shutOut: () => null, store, now, warn, everyMs: RECHECK_MS })
    }
    using here = replica()
    using there = replica()
    const open = (live: typeof here, id: string) => {
      const identity = { kind: 'user' as const, id, name: id, groups: [] }
      const vias: Authenticated['via'][] = [
        { kind: 'bearer', tokenId: `t-${id}` },
        { kind: 'session', tokenId: null, sessionId: `s-${id}` },
      ]
      return vias.map(via => live.follow({ identity, via }).signal)
    }
    const near = open(here, 'ada')
    const far = open(there, 'ada')
    const others = [...open(here, 'eve'), ...open(there, 'eve')]
    const deps = { store, now, changes: { publish: () => {} }, live: here }
    const ended = Promise.all(far.map(signal => once(signal, 'abort', { signal: AbortSignal.timeout(CUT_WITHIN) })))
    expect(await revokeUser(deps, 'ada', 'gone')).toEqual({ user: 'ada', sessions: 1, tokens: 1, streams: 2 })
    expect(near.map(({ aborted }) => aborted)).toEqual([true, true])
    await ended
    expect(others.map(({ aborted }) => aborted)).toEqual([false, false, false, false])
    const rest = Promise.all(
      others.slice(2).map(signal => once(signal, 'abort', { signal: AbortSignal.timeout(CUT_WITHIN) })),
    )
    await disableUser(deps, 'eve', 'on leave')
    expect(others.slice(0, 2).map(({ aborted }) => aborted)).toEqual([true, true])
    await rest
  },
)
