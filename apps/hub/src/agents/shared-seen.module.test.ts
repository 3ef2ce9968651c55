import { expect, inject, test } from 'vitest'
import { codeOf } from '../clusters/fixtures/set-up.ts'
import { testDeps, testPlace, testStore } from '../store/fixtures/stores.ts'
import { migrate, readMigrations } from '../store/migrate.ts'
import { openStore } from '../store/open.ts'
import { sweepUsedAssertions } from '../store/used-assertions.ts'
import { testAgentDeps } from './fixtures/agent.ts'
import { ACT, importOne, join } from './fixtures/set-up.ts'
import { seenAssertions } from './seen.ts'
import { sharedAssertions } from './shared-seen.ts'
import { verifyAgent } from './verify.ts'

const MINUTE = 60_000

/** Two replicas on one PostgreSQL, each with a store and a memory of its own as two processes have. */
async function startTwo(stack: AsyncDisposableStack) {
  const { config } = stack.use(await testPlace('postgres', inject('databaseUrl')))
  const open = async () => {
    const store = stack.use(await openStore(config, testDeps))
    await migrate(store.db, await readMigrations())
    return { ...stack.use(testAgentDeps(store)).deps, seen: sharedAssertions(store) }
  }
  return [await open(), await open()] as const
}

test('an assertion that one replica took is good at no other', async () => {
  await using stack = new AsyncDisposableStack()
  const [one, two] = await startTwo(stack)
  const { token } = await importOne(one)
  const agent = await join(one, token)
  const given = async () => ({ authorization: await agent.assertion('uid-1'), act: ACT, now: new Date() })
  const stolen = await given()
  expect(await verifyAgent(one, stolen)).toMatchObject({ name: 'edge' })
  expect(await codeOf(verifyAgent(two, stolen))).toBe('agent_rejected')
  expect(await codeOf(verifyAgent(one, stolen))).toBe('agent_rejected')
  expect(await verifyAgent(two, await given())).toMatchObject({ name: 'edge' })

  // At the same time at both, again and again: one of the two takes it.
  const raced = await Promise.all(Array.from({ length: 40 }, given))
  const outcomes = await Promise.all(
    raced.map(async each => {
      const both = await Promise.allSettled([verifyAgent(one, each), verifyAgent(two, each)])
      return both.filter(({ status }) => status === 'fulfilled').length
    }),
  )
  expect(outcomes).toEqual(raced.map(() => 1))
})

test('what has run out is forgotten, and what could be used again is not', async () => {
  await using store = await testStore('postgres', inject('databaseUrl'))
  const now = new Date()
  const seen = sharedAssertions(store)
  expect(await seen.use('key', 'over', new Date(now.getTime() - 1), now)).toBe('fresh')
  expect(await seen.use('key', 'valid', new Date(now.getTime() + MINUTE), now)).toBe('fresh')
  await sweepUsedAssertions(store.db)
  expect(await store.db.selectFrom('used_assertions').select('id').execute()).toEqual([{ id: 'valid' }])
})

test('it takes none where the database does not answer, nor more than a replica may remember', async () => {
  await using store = await testStore('postgres', inject('databaseUrl'))
  const now = new Date()
  const until = new Date(now.getTime() + MINUTE)
  const bounded = sharedAssertions(store, seenAssertions(2))
  expect(await Promise.all(['a', 'b', 'c'].map(id => bounded.use('key', id, until, now)))).toEqual([
    'fresh',
    'fresh',
    'full',
  ])
  await store[Symbol.asyncDispose]()
  await expect(sharedAssertions(store).use('key', 'd', until, now)).rejects.toThrow()
})
