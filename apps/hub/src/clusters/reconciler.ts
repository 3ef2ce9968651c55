import type { Connections } from '../connections/registry.ts'
import { type ClusterWithCredential, findCluster } from '../store/clusters.ts'
import type { ClusterRow } from '../store/tables.ts'
import { type ActDeps, Acting } from './act.ts'
import { Alarm } from './alarm.ts'
import { readFacts } from './facts.ts'
import { stepsSeen } from './import-progress.ts'
import { StepWriter } from './import-steps.ts'
import { TROUBLE_MS } from './limits.ts'
import { observe } from './observe.ts'
import type { AgentSaid, Desired, Last } from './observed.ts'
import { plan, probeDeadline } from './plan.ts'
import { StatusWriter } from './status.ts'

export interface ReconcilerDeps extends ActDeps {
  connections: Pick<Connections, 'transport'>
  /** This hub's version, to compare agents with. */
  hubVersion: string
  /** Notes when a cluster answered last. */
  seen: (clusterId: string, at: Date) => void
  /** Since when this process could have heard agents. */
  listenedSince: () => Date
}

/** Looks after one cluster for as long as it is not disposed of: observe, plan, write, act. */
export interface Reconciler extends AsyncDisposable {
  /** The generation of the cluster that the last pass has seen. */
  readonly generation: number
  /** Look now. */
  wake(): void
  /** Rows of the inventory have changed. */
  inventoryChanged(): void
}

const lastOf = (row: ClusterRow): Last => ({
  phase: row.phase as Last['phase'],
  conditions: row.conditions,
  lastSeen: row.last_seen,
  strikes: 0,
})

/** Starts to look after the cluster with this id. The first pass begins at once. */
export function startReconciler(deps: ReconcilerDeps, clusterId: string): Reconciler {
  const { store, connections, log, now } = deps
  const stop = new AbortController()
  const alarm = new Alarm()
  const status = new StatusWriter(deps)
  const steps = new StepWriter(store)
  const askedSince = now()
  let acting: Acting | undefined
  let last: Last | undefined
  let generation = 0
  let agentSaid = ''
  let troubled = false

  function agentOf({ connection, agent }: ClusterWithCredential): AgentSaid | null {
    if (connection !== 'agent') return null
    const { version = null, saidMode: mode = null } = agent ?? {}
    return { version, mode, hubVersion: deps.hubVersion, listenedSince: deps.listenedSince(), askedSince }
  }

  /** Gives the time until the next pass, or null where the cluster is gone. */
  async function pass(): Promise<number | null> {
    const row = await findCluster(store.db, clusterId)
    if (row?.id !== clusterId) return null
    last ??= lastOf(row)
    acting ??= new Acting(deps, row, readFacts(row.facts), () => alarm.ring(), stop.signal)
    const agent = agentOf(row)
    // Another manifest was applied, perhaps with other rights.
    const says = `${agent?.version} ${agent?.mode}`
    if (row.generation !== generation || says !== agentSaid) acting.forgetRights()
    generation = row.generation
    agentSaid = says
    const desired: Desired = {
      uid: row.uid,
      mode: row.mode,
      credential: row.credential,
      agent,
      leaving: row.leaving_since !== null,
    }
    const deadline = probeDeadline(desired, last, now())
    const { probe, transport } = await observe(connections, clusterId, deadline, stop.signal)
    if (stop.signal.aborted) return null
    await acting.use(transport, row)
    const at = now()
    // The process may have stood still while the probe was under way.
    if (agent !== null) agent.listenedSince = deps.listenedSince()
    const observed = acting.observed(probe)
    const result = plan(desired, observed, last, at)
    if (result.phase !== last.phase) {
      const because = result.conditions.find(condition => condition.status === 'False')?.reason
      log.info({ cluster: clusterId, name: row.name, from: last.phase, to: result.phase, because }, 'phase changed')
    }
    last = result
    const marked = agent !== null && (await steps.write(row.id, row.generation, stepsSeen(desired, observed), at))
    await status.write(row, result, acting.facts, at, marked)
    await acting.act(result.actions)
    return result.nextInMs
  }

  async function live(): Promise<void> {
    while (!stop.signal.aborted) {
      let next: number | null
      try {
        next = await pass()
        troubled = false
      } catch (error) {
        if (stop.signal.aborted) break
        if (!troubled) log.warn({ cluster: clusterId, err: error }, 'a cluster could not be looked after')
        troubled = true
        next = TROUBLE_MS
      }
      if (next === null) break
      await alarm.wait(next, stop.signal)
    }
    await acting?.[Symbol.asyncDispose]()
  }

  const living = live()
  return {
    get generation() {
      return generation
    },
    wake: () => alarm.ring(),
    inventoryChanged: () => acting?.inventoryChanged(),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await living
    },
  }
}
