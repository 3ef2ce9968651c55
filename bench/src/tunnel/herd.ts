import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { reportedKinds } from '@moorage/projector/project.ts'
import { startHub } from '@moorage/testkit/hub-process.ts'
import { startPostgres } from '@moorage/testkit/postgres.ts'
import type { Cluster } from './exec-stage.ts'
import { clustersOf, importAll } from './herd-hub.ts'
import { startHerd } from './herd-parts.ts'
import { usageOf } from './of-pid.ts'
import type { Settings } from './settings.ts'
import { atMost, type Table } from './table.ts'

/** ms; the hub comes to rest, then it is measured. */
const SETTLE = 10_000
const IDLE = 20_000
/** ms; far above the goal, so that a slow run still reports. */
const WITHIN = 300_000
const LOOK_EVERY = 250
const MIB = 1024 * 1024

/** The clusters were read before: what is measured is that they are there, not the first reading of so many. */
const READ_BEFORE = `
  insert into inventory_sync (cluster_id, kind, state, resource_version, count, synced_at)
  select id, kind, 'watching', '1', 0, now() from clusters, unnest(array['${reportedKinds.join("','")}']) as kind
  on conflict (cluster_id, kind) do update set state = 'watching', resource_version = '1', synced_at = now()`

/**
 * Idle agents at one hub, which is the product's own, on PostgreSQL: what each costs the hub's process, and how long
 * until all are back after it was killed.
 */
export async function herd(given: Settings, { plane, token }: Cluster, table: Table, agents: number): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const database = stack.use(await startPostgres())
  const hub = stack.use(await startHub({ dir, args: ['--database-url', database.databaseUrl] }))
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)
  const { instance } = (await (await hub.fetch('/api/v1/info')).json()) as { instance: string }
  const flock = await startHerd(stack, {
    ...given,
    ca: `${readFileSync(hub.caPath, 'utf8')}\n${plane.caPem}`,
    hubPort: Number(new URL(hub.url).port),
    originPort: plane.port,
    token,
    instance,
  })
  const running = async () => {
    const phases = (await clustersOf(hub)).filter(
      ({ phase, agent }) => phase === 'Running' && agent?.connections.length,
    )
    return phases.length
  }
  const until = async (what: string, is: () => Promise<boolean>) => {
    const deadline = performance.now() + WITHIN
    while (!(await is())) {
      if (performance.now() > deadline) throw new Error(`${what}: not within ${WITHIN / 1000} s`)
      await sleep(LOOK_EVERY)
    }
  }

  /** Cores used in that time. */
  const cpuFor = async (ms: number) => {
    const [before, at] = [usageOf(hub.pid).cpuSeconds, performance.now()]
    await sleep(ms)
    return ((usageOf(hub.pid).cpuSeconds - before) * 1_000) / (performance.now() - at)
  }

  await sleep(SETTLE / 2)
  const emptyCpu = await cpuFor(SETTLE / 2)
  const empty = usageOf(hub.pid)
  say(`${agents} imports`)
  await importAll(hub, agents, flock.join)
  database.query(READ_BEFORE)
  flock.start()
  say('agents start')
  const linking = async () => (await flock.linked()) === agents
  await until('all have their link', linking)
  say('all have their link')
  await until('all are Running', async () => (await running()) === agents)
  say('all are Running')
  await sleep(SETTLE)
  const idleCpu = await cpuFor(IDLE)
  const idle = usageOf(hub.pid)
  const each = ((idle.residentMb - empty.residentMb) * 1e6) / MIB / agents
  table.add(`${agents} idle agents: hub memory`, (idle.residentMb * 1e6) / MIB, 'MiB')
  table.add(`${agents} idle agents: hub memory, each`, each, 'MiB', atMost(2, 'MiB'))
  table.add(`${agents} idle agents: hub CPU, of one core`, idleCpu * 100, '%')
  table.add(`${agents} idle agents: hub CPU, each`, ((idleCpu - emptyCpu) * 1e6) / agents, 'µs/s')

  say('the hub is killed')
  const since = Date.now()
  await hub.kill()
  await hub.restart()
  const ready = Date.now()
  const begun = usageOf(hub.pid).cpuSeconds
  await until('all have their link again', linking)
  const linked = Date.now()
  await until('all were seen again', async () => {
    const back = (await clustersOf(hub)).filter(
      ({ phase, lastSeen }) => phase === 'Running' && Date.parse(lastSeen ?? '') >= ready,
    )
    return back.length === agents
  })
  const worked = usageOf(hub.pid).cpuSeconds - begun
  table.add('hub killed: CPU of the hub meanwhile, each', (worked * 1000) / agents, 'ms')
  table.add('hub killed: until it was ready again', (ready - since) / 1000, 's')
  table.add(`hub killed: until ${agents} links were back`, (linked - since) / 1000, 's')
  table.add(`hub killed: until ${agents} clusters had answered it`, (Date.now() - since) / 1000, 's', atMost(60, 's'))
}
