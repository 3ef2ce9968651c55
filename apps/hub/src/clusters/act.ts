import type { Change } from '@moorage/contract/hub.ts'
import { readVersion } from '@moorage/kube/cluster-identity.ts'
import { readGroups } from '@moorage/kube/discovery.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { Slots } from '@moorage/projector/slots.ts'
import { updateCluster } from '../store/clusters.ts'
import type { Store } from '../store/store.ts'
import type { ClusterRow } from '../store/tables.ts'
import type { Facts } from './facts.ts'
import { READ_DEADLINE_MS } from './limits.ts'
import type { Log } from './log.ts'
import type { Action, InventoryObserved, Observed, Probe, Reading } from './observed.ts'
import { readRights } from './rights.ts'

/** The reading of one cluster's objects, while it runs. */
export interface RunningInventory extends AsyncDisposable {
  /** It has stopped by itself, as when the database was away as it began: another one is to be started. */
  readonly ended: boolean
  status(): InventoryObserved
}

export interface ActDeps {
  store: Store
  changes: { publish(change: Change): void }
  now: () => Date
  log: Log
  startInventory(cluster: { id: string; name: string }, transport: KubeTransport): RunningInventory
  /** The facts that are found in the inventory and in the API groups (null before those were read). */
  sumUp(clusterId: string, server: { version: string; groups: string[] } | null): Promise<Partial<Facts>>
  /** Shared by all clusters: what is read of them must not hold up the probes, as when a hub starts with a thousand. */
  readings: Slots
}

type Kind = keyof Observed['readAt']

const never = (): Reading => ({ got: null, tried: null })

/**
 * Carries out what the plan of one cluster says, and keeps what came of it for
 * the next observation. Readings go on beside the probes, so that a slow one
 * never delays the notice that a cluster went silent.
 */
export class Acting implements AsyncDisposable {
  facts: Facts
  readonly #deps: ActDeps
  readonly #cluster: { id: string; name: string }
  readonly #learned: () => void
  readonly #signal: AbortSignal
  readonly #running = new Map<Kind, Promise<void>>()
  readonly #readAt: Record<Kind, Reading> = { server: never(), summary: never(), rights: never() }
  #transport: KubeTransport | null = null
  #inventory: RunningInventory | null = null
  #server: { version: string; groups: string[] } | null = null
  #summaryStale = false

  /** `learned` is called when a next pass would see something new. */
  constructor(deps: ActDeps, row: ClusterRow, facts: Facts, learned: () => void, signal: AbortSignal) {
    this.#deps = deps
    this.#cluster = { id: row.id, name: row.name }
    this.facts = facts
    this.#learned = learned
    this.#signal = signal
  }

  /** Goes on with this transport. What ran on another one ends. */
  async use(transport: KubeTransport | null, row: ClusterRow): Promise<void> {
    this.#cluster.name = row.name
    if (transport === null || transport === this.#transport) return
    this.#transport = transport
    this.#readAt.server = never()
    await this.#stopInventory()
  }

  observed(probe: Probe): Observed {
    return {
      probe,
      inventory: this.#inventory?.ended === false ? this.#inventory.status() : null,
      facts: this.facts,
      readAt: { ...this.#readAt },
      summaryStale: this.#summaryStale,
    }
  }

  inventoryChanged(): void {
    this.#summaryStale = true
  }

  /** The mode or the credential may have changed, so what it may do is asked again. */
  forgetRights(): void {
    this.#readAt.rights = never()
  }

  async act(actions: readonly Action[]): Promise<void> {
    for (const action of actions) {
      switch (action.do) {
        case 'start-inventory':
          this.#startInventory()
          break
        case 'stop-inventory':
          this.#deps.log.info({ cluster: this.#cluster.id, because: action.because }, 'inventory stopped')
          await this.#stopInventory()
          break
        case 'read-server':
          this.#read('server', (transport, signal) => this.#readServer(transport, signal))
          break
        case 'review-rights':
          this.#read('rights', async (transport, signal) => ({ rights: await readRights(transport, signal) }))
          break
        case 'summarise':
          this.#read('summary', () => {
            this.#summaryStale = false
            return this.#deps.sumUp(this.#cluster.id, this.#server)
          })
          break
        case 'set-mode':
          await this.#setMode(action)
          break
        default:
          action satisfies never
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopInventory()
    await Promise.all(this.#running.values())
  }

  /** The next pass goes by a transport of the new mode: the bus makes everyone drop the one of the old. */
  async #setMode({ mode, because }: Extract<Action, { do: 'set-mode' }>): Promise<void> {
    const { store, changes, log, now } = this.#deps
    const { id, name } = this.#cluster
    if (!(await updateCluster(store.db, id, { mode }))) return
    log.info({ cluster: id, name, mode, because }, 'mode changed')
    changes.publish({ type: 'cluster', cluster: id, name, kinds: [], at: now().toISOString() })
    this.#learned()
  }

  #startInventory(): void {
    if (this.#transport === null || this.#inventory?.ended === false) return
    this.#inventory = this.#deps.startInventory(this.#cluster, this.#transport)
    this.#learned()
  }

  async #stopInventory(): Promise<void> {
    const inventory = this.#inventory
    this.#inventory = null
    await inventory?.[Symbol.asyncDispose]()
  }

  async #readServer(transport: KubeTransport, signal: AbortSignal): Promise<Partial<Facts>> {
    const [{ gitVersion }, groups] = await Promise.all([readVersion(transport, signal), readGroups(transport, signal)])
    const first = this.#server === null
    this.#server = { version: gitVersion, groups }
    // What was summed up before knew nothing of version and groups.
    if (first) this.#readAt.summary = never()
    return { version: gitVersion, metrics: groups.includes('metrics.k8s.io') }
  }

  /** Reads it when its turn comes. One that waits or is under way is not begun twice. */
  #read(kind: Kind, work: (transport: KubeTransport, signal: AbortSignal) => Promise<Partial<Facts>>): void {
    const transport = this.#transport
    if (transport === null || this.#running.has(kind)) return
    const reading = this.#inTurn(kind, transport, work)
      .catch(error => {
        if (this.#signal.aborted) return
        this.#deps.log.debug({ cluster: this.#cluster.id, kind, err: error }, 'facts could not be read')
      })
      .finally(() => this.#running.delete(kind))
    this.#running.set(kind, reading)
  }

  async #inTurn(
    kind: Kind,
    transport: KubeTransport,
    work: (transport: KubeTransport, signal: AbortSignal) => Promise<Partial<Facts>>,
  ): Promise<void> {
    const { now, readings } = this.#deps
    await readings.take(this.#signal)
    try {
      // A transport that was replaced meanwhile may have reached another cluster.
      if (transport !== this.#transport) return
      const begun = { ...this.#readAt[kind], tried: now() }
      this.#readAt[kind] = begun
      const found = await work(transport, AbortSignal.any([this.#signal, AbortSignal.timeout(READ_DEADLINE_MS)]))
      if (transport !== this.#transport) return
      // What was found is of before it was forgotten: it is to be read again, at once.
      if (this.#readAt[kind] !== begun) return this.#learned()
      this.#readAt[kind] = { ...begun, got: now() }
      const facts = { ...this.facts, ...found }
      const differs = JSON.stringify(facts) !== JSON.stringify(this.facts)
      this.facts = facts
      if (differs) this.#learned()
    } finally {
      readings.release()
    }
  }
}
