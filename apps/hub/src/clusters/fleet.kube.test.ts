import type { Cluster, Phase } from '@moorage/contract/cluster.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { type Changes, startChanges } from '../work/changes.ts'
import { type Leases, startLeases } from '../work/leases.ts'
import { connectCluster } from './connect.ts'
import { disconnectCluster } from './disconnect.ts'
import { testClusterDeps, testSealer, toConnect, who } from './fixtures/deps.ts'
import { startFleet } from './fleet.ts'
import { getCluster } from './get.ts'
import { replaceKubeconfig } from './replace-kubeconfig.ts'
import { updateCluster } from './update.ts'

let controlPlane: ControlPlane
let store: Store
let changes: Changes
let leases: Leases
let stack: AsyncDisposableStack
const sealer = testSealer()
const warnings: string[] = []
const warn = (message: string, error: unknown) => warnings.push(`${message} ${error}`)
const now = () => new Date()

beforeAll(async () => {
  controlPlane = await startControlPlane({ name: 'fleet', scheduler: false })
})
afterAll(() => controlPlane?.stop())

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  store = stack.use(await testStore('pglite', ''))
  changes = stack.use(await startChanges({ store, now, warn }))
  leases = stack.use(await startLeases({ store, holder: 'test', clock: () => performance.now(), warn }))
})
afterEach(() => stack.disposeAsync())

/** A hub's worth of what looks after clusters. */
function startHub() {
  const deps = stack.use({ ...testClusterDeps(store, { sealer }), changes })
  const log = {
    debug: () => {},
    info: () => {},
    warn: (fields: object, message: string) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  }
  const fleet = stack.use(
    startFleet({ store, changes, connections: deps.connections, leases, log, now, hubVersion: '0.1.0' }),
  )
  return { deps, fleet }
}

const condition = (cluster: Cluster, type: string) => cluster.conditions.find(one => one.type === type)

/** Waits for a phase; gives the time that it took, in ms. */
async function becomes(deps: Parameters<typeof getCluster>[0], phase: Phase, within: number) {
  const started = performance.now()
  const cluster = await eventually(
    async () => {
      const found = await getCluster(deps, 'alpha')
      if (found.phase !== phase) throw new Error(`${found.phase}: ${JSON.stringify(found.conditions)}`)
      return found
    },
    { within },
  )
  return { cluster, ms: performance.now() - started }
}

describe('the fleet', () => {
  test('brings a new cluster to Running with its facts and its inventory', async () => {
    const { deps } = startHub()
    await connectCluster(deps, toConnect('alpha', controlPlane.kubeconfig), who)
    const { cluster } = await becomes(deps, 'Running', 5000)
    expect(cluster.lastSeen).not.toBeNull()
    const complete = await eventually(
      async () => {
        const found = await getCluster(deps, 'alpha')
        expect(condition(found, 'InventorySynced')).toMatchObject({ status: 'True' })
        expect(found).toMatchObject({ nodeCount: 0, readyNodeCount: 0 })
        expect(condition(found, 'ModeVerified')?.status).toBe('True')
        expect(condition(found, 'MetricsAvailable')?.reason).toBe('NoMetricsServer')
        return found
      },
      { within: 20_000 },
    )
    expect(complete.conditions.every(({ reason, message }) => reason !== '' && message !== '')).toBe(true)
    expect(complete.version).toMatch(/^v1\.36\./)
  })

  test('notices within 15 s that a cluster froze, and within 5 s that it answers again', async () => {
    const { deps } = startHub()
    await connectCluster(deps, toConnect('alpha', controlPlane.kubeconfig), who)
    await becomes(deps, 'Running', 10_000)
    controlPlane.freeze()
    try {
      const { cluster, ms } = await becomes(deps, 'Unreachable', 30_000)
      expect(ms).toBeLessThan(15_000)
      expect(condition(cluster, 'Connected')).toMatchObject({ status: 'False', reason: 'Timeout' })
      expect(condition(cluster, 'NodesReady')).toMatchObject({ status: 'Unknown', reason: 'Stale' })
    } finally {
      controlPlane.thaw()
    }
    expect((await becomes(deps, 'Running', 15_000)).ms).toBeLessThan(5000)
  })

  test('notices that an API server is gone and back, and reads on', async () => {
    const { deps } = startHub()
    await connectCluster(deps, toConnect('alpha', controlPlane.kubeconfig), who)
    await becomes(deps, 'Running', 10_000)
    await controlPlane.stopApiServer()
    const { cluster, ms } = await becomes(deps, 'Unreachable', 30_000)
    expect(ms).toBeLessThan(15_000)
    expect(condition(cluster, 'Connected')?.reason).toBe('ConnectionRefused')
    await controlPlane.startApiServer()
    expect((await becomes(deps, 'Running', 15_000)).ms).toBeLessThan(5000)
    await eventually(
      async () => expect(condition(await getCluster(deps, 'alpha'), 'InventorySynced')?.status).toBe('True'),
      { within: 30_000 },
    )
  })

  test('says Error when the credential is revoked, and comes back with another one', async () => {
    const { deps } = startHub()
    const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }]
    const request = { name: 'reader', namespace: 'fleet', role: everything, ttlSeconds: 90 * 86_400 }
    const kubeconfig = await controlPlane.serviceAccountKubeconfig(request)
    const { cluster: connected } = await connectCluster(deps, toConnect('alpha', kubeconfig), who)
    await becomes(deps, 'Running', 10_000)
    await controlPlane.api.delete('/api/v1/namespaces/fleet/serviceaccounts/reader')
    // The API server itself keeps what it knows of a token for up to 10 s.
    const { cluster } = await becomes(deps, 'Error', 30_000)
    expect(condition(cluster, 'CredentialValid')).toMatchObject({ status: 'False', reason: 'Rejected' })
    const again = await controlPlane.serviceAccountKubeconfig(request)
    await replaceKubeconfig(deps, 'alpha', { kubeconfig: again, allowInsecureTls: false, dryRun: false }, who)
    const { cluster: back } = await becomes(deps, 'Running', 5000)
    expect(back.id).toBe(connected?.id)
    await eventually(
      async () => expect(condition(await getCluster(deps, 'alpha'), 'InventorySynced')?.status).toBe('True'),
      { within: 20_000 },
    )
  })

  test('goes on after a restart, says Unreachable of what went silent meanwhile, and lets go of what is forgotten', async () => {
    const first = startHub()
    await connectCluster(first.deps, toConnect('alpha', controlPlane.kubeconfig), who)
    await becomes(first.deps, 'Running', 10_000)
    await first.fleet[Symbol.asyncDispose]()
    controlPlane.freeze()
    try {
      const second = startHub()
      expect((await becomes(second.deps, 'Unreachable', 30_000)).ms).toBeLessThan(15_000)
      const receipt = await disconnectCluster(second.deps, 'alpha', { force: false }, who)
      expect(receipt.owed).toEqual([])
      await eventually(async () => {
        expect(await store.db.selectFrom('leases').select('key').execute()).toEqual([])
      })
      expect(await store.db.selectFrom('inventory').select('name').execute()).toEqual([])
    } finally {
      controlPlane.thaw()
    }
  })

  test('changes nothing but the time of the last answer while nothing changes', async () => {
    const { deps } = startHub()
    await connectCluster(deps, toConnect('alpha', controlPlane.kubeconfig), who)
    await eventually(
      async () => expect(condition(await getCluster(deps, 'alpha'), 'InventorySynced')?.status).toBe('True'),
      { within: 20_000 },
    )
    const heard: string[] = []
    const stop = new AbortController()
    const listening = (async () => {
      for await (const { type } of changes.subscribe(stop.signal)) heard.push(type)
    })()
    const { lastSeen } = await getCluster(deps, 'alpha')
    const passes = async () => {
      const found = await getCluster(deps, 'alpha')
      expect(Date.parse(found.lastSeen ?? '') - Date.parse(lastSeen ?? '')).toBeGreaterThan(7000)
      expect(condition(found, 'APIServerReachable')?.lastSeen).toBe(found.lastSeen)
    }
    await eventually(passes, { within: 20_000 })
    stop.abort()
    await listening
    expect(heard.filter(type => type === 'cluster').length).toBeLessThanOrEqual(1)
  })

  test('relabels without a break', async () => {
    const { deps } = startHub()
    await connectCluster(deps, toConnect('alpha', controlPlane.kubeconfig), who)
    await becomes(deps, 'Running', 10_000)
    const transport = await deps.connections.transport((await getCluster(deps, 'alpha')).id)
    const { id } = await updateCluster(deps, 'alpha', { labels: { env: 'prod' } }, who)
    expect(await deps.connections.transport(id)).toBe(transport)
    await eventually(async () => {
      const row = await store.db.selectFrom('clusters').selectAll().executeTakeFirstOrThrow()
      expect(row.observed_generation).toBe(row.generation)
    })
  })
})
