import { once } from 'node:events'
import { expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { keepReplica } from '../store/replicas.ts'
import { insertSession } from '../store/sessions.ts'
import { insertToken } from '../store/tokens.ts'
import { insertUser } from '../store/users.ts'
import { openCutting } from './cutting.ts'
import type { Authenticated } from './identity.ts'
import { followCredentials } from './live.ts'
import { disableUser, revokeUser } from './users.ts'

/** ms; beside other suites. That it is 2 s is shown where replicas are whole. */
const CUT_WITHIN = 20_000
/** ms; what the hub itself looks after. */
const RECHECK_MS = 1_000

test.each(['pglite', 'postgres'] as const)(
  'what a user has open is cut where it is taken back and on other replicas, and counted on all, on %s',
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
    const warn = (message: string) => expect.unreachable(message)
    await using stack = new AsyncDisposableStack()
    const replica = async (name: string) => {
      await keepReplica(store.db, name, 'https://127.0.0.1:1', 3_600_000)
      const live = stack.use(followCredentials({ shutOut: () => null, store, now, warn, everyMs: RECHECK_MS }))
      const cutting = stack.use(await openCutting({ store, live, replica: name, warn, answerWithinMs: CUT_WITHIN }))
      return { live, cutting }
    }
    const { live: here, cutting } = await replica('here')
    const { live: there } = await replica('there')
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
    const deps = { store, now, changes: { publish: () => {} }, live: here, cutting }
    const ended = Promise.all(far.map(signal => once(signal, 'abort', { signal: AbortSignal.timeout(CUT_WITHIN) })))
    const cut = { user: 'ada', sessions: 1, tokens: 1, streams: 4, silentReplicas: 0 }
    expect(await revokeUser(deps, 'ada', 'gone')).toEqual(cut)
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

test('a replica that does not say how much it cut is told of, and holds nobody up for long', async () => {
  await using store = await testStore('pglite', '')
  const live = { recheck: async () => [], takeCut: () => 2 }
  const warn = (message: string) => expect.unreachable(message)
  await using cutting = await openCutting({ store, live, replica: 'here', warn, answerWithinMs: 300 })
  expect(await cutting.cutUser('ada')).toEqual({ streams: 2, silentReplicas: 0 })
  for (const name of ['here', 'gone']) await keepReplica(store.db, name, 'https://127.0.0.1:1', 3_600_000)
  const cut = cutting.cutUser('ada')
  for (const said of ['nothing that anybody understands', '{"answer":"of another question","streams":7}'])
    await store.notify('moorage_cuts', said)
  expect(await cut).toEqual({ streams: 2, silentReplicas: 1 })
})
