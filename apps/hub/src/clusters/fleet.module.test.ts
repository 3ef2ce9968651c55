import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, inject, test } from 'vitest'
import { testDeps, testPlace } from '../store/fixtures/stores.ts'
import { migrate, readMigrations } from '../store/migrate.ts'
import { openStore, type StoreConfig } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { startChanges } from '../work/changes.ts'
import { startLeases } from '../work/leases.ts'
import { connectCluster } from './connect.ts'
import { disconnectCluster } from './disconnect.ts'
import { testClusterDeps, testSealer, toConnect, who } from './fixtures/deps.ts'
import { startMember } from './fixtures/member.ts'
import { startFleet } from './fleet.ts'
import { getCluster } from './get.ts'
import { updateCluster } from './update.ts'

const now = () => new Date()
const sealer = testSealer()
const log = {
  debug: () => {},
  info: () => {},
  warn: (fields: object, message: string) => console.warn(message, fields),
}

/** One replica: its own connection to the database, its own transports and leases. */
async function startReplica(config: StoreConfig, holder: string) {
  await using stack = new AsyncDisposableStack()
  const warn = (message: string, error: unknown) => console.warn(message, error)
  const store = stack.use(await openStore(config, testDeps))
  await migrate(store.db, await readMigrations())
  const changes = stack.use(await startChanges({ store, now, warn }))
  const leases = stack.use(await startLeases({ store, holder, clock: () => performance.now(), warn }))
  const deps = stack.use({ ...testClusterDeps(store, { sealer }), changes })
  stack.use(startFleet({ store, changes, connections: deps.connections, leases, log, now, hubVersion: '0.1.0' }))
  const owned = stack.move()
  return { store, deps, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const isRunning = (deps: Parameters<typeof getCluster>[0]) => async () =>
  expect((await getCluster(deps, 'alpha')).phase).toBe('Running')

test('of two replicas one looks after a cluster, whoever connected it, and the other takes over', async () => {
  await using stack = new AsyncDisposableStack()
  const { config } = stack.use(await testPlace('postgres', inject('databaseUrl')))
  const member = stack.use(await startMember())
  const replicas = {
    one: stack.use(await startReplica(config, 'one')),
    two: stack.use(await startReplica(config, 'two')),
  }
  const { deps } = replicas.two
  await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
  await eventually(isRunning(deps), { within: 10_000 })
  const holders = async (store: Store) =>
    (await store.db.selectFrom('leases').select('holder').execute()).map(row => row.holder)
  const [owner] = await holders(replicas.two.store)
  const other = owner === 'one' ? 'two' : 'one'
  await replicas[owner === 'one' ? 'one' : 'two'][Symbol.asyncDispose]()
  const left = replicas[other]
  await eventually(async () => expect(await holders(left.store)).toEqual([other]), { within: 10_000 })
  const { lastSeen } = await getCluster(left.deps, 'alpha')
  await eventually(async () => expect((await getCluster(left.deps, 'alpha')).lastSeen).not.toBe(lastSeen), {
    within: 10_000,
  })
})

test('a change made through one replica ends the transport that another one holds', async () => {
  await using stack = new AsyncDisposableStack()
  const { config } = stack.use(await testPlace('postgres', inject('databaseUrl')))
  const member = stack.use(await startMember({ may: () => true }))
  const one = stack.use(await startReplica(config, 'one'))
  const two = stack.use(await startReplica(config, 'two'))
  const { cluster } = await connectCluster(one.deps, toConnect('alpha', member.kubeconfig(), { mode: 'full' }), who)
  const id = cluster?.id ?? ''
  const held = await two.deps.connections.transport(id)
  const ask = () => held.request({ method: 'GET', path: '/version' }, new AbortController().signal)
  const answer = await ask()
  answer.body.resume()
  await updateCluster(one.deps, 'alpha', { mode: 'read-only' }, who)
  await eventually(
    async () => {
      await expect(ask()).rejects.toMatchObject({ reason: 'aborted' })
    },
    { within: 5000 },
  )
  await eventually(isRunning(one.deps), { within: 10_000 })
  await disconnectCluster(two.deps, id, { force: false }, who)
  await eventually(
    async () => {
      expect(await one.store.db.selectFrom('leases').select('key').execute()).toEqual([])
    },
    { within: 10_000 },
  )
})
