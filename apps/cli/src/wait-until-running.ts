import type { Cluster } from '@moorage/contract/cluster.ts'
import type { SyncState } from '@moorage/contract/inventory.ts'
import { exitCodes } from './exit-codes.ts'
import { CliError } from './failure.ts'
import type { Hub } from './hub/open.ts'
import { type Io, note } from './io.ts'
import { pause } from './pause.ts'
import { spin } from './progress/spin.ts'

/** ms between looks; the hub answers from its store, so this costs it next to nothing. */
const LOOK_EVERY = 500

interface Sync {
  complete: boolean
  kinds: SyncState[]
}

/** Follows a cluster until it runs and all of its inventory is read, and returns it as it is then. */
export async function waitUntilRunning(io: Io, hub: Hub, cluster: string, seconds: number): Promise<Cluster> {
  const deadline = io.now().getTime() + seconds * 1000
  let said = ''
  return spin(io, 'Waiting for the first look at the cluster', async ({ update }) => {
    for (;;) {
      const [seen, sync] = await Promise.all([
        hub.api.clusters.get({ cluster }, { signal: io.signal }),
        hub.api.clusters.sync({ cluster }, { signal: io.signal }),
      ])
      if (isThere(seen, sync)) return seen
      const text = progressText(seen, sync)
      update(text)
      if (!io.stderr.isTTY && text !== said) note(io, text)
      said = text
      if (io.now().getTime() >= deadline) throw tooLate(seen, sync, seconds)
      await pause(LOOK_EVERY, io.signal)
    }
  })
}

/**
 * A cluster in phase Warning runs; what is to be warned of is in its conditions.
 * Its facts follow the inventory a moment later, unless its nodes can not be read.
 */
export function isThere({ phase, nodeCount }: Pick<Cluster, 'phase' | 'nodeCount'>, sync: Sync): boolean {
  const readsNodes = sync.kinds.some(({ kind, state }) => kind === 'Node' && state === 'watching')
  return (phase === 'Running' || phase === 'Warning') && sync.complete && (nodeCount !== null || !readsNodes)
}

/** `alpha is Running; inventory 12 of 16 kinds, 20,113 objects` */
export function progressText(cluster: Pick<Cluster, 'name' | 'phase'>, sync: Sync): string {
  const settled = sync.kinds.filter(({ state }) => state === 'watching' || state === 'forbidden' || state === 'absent')
  const objects = sync.kinds.reduce((sum, { count }) => sum + count, 0)
  const inventory =
    sync.kinds.length === 0
      ? 'not begun'
      : `${settled.length} of ${sync.kinds.length} kinds, ${objects.toLocaleString('en')} objects`
  return `${cluster.name} is ${cluster.phase}; inventory ${inventory}`
}

function tooLate(cluster: Cluster, sync: Sync, seconds: number): CliError {
  const bad = cluster.conditions.find(({ status, severity }) => status !== 'True' && severity === 'error')
  const kind = sync.kinds.find(({ state }) => state === 'pending' || state === 'listing' || state === 'failed')
  const why = bad?.message ?? (kind ? `${kind.kind} is ${kind.state}. ${kind.message ?? ''}`.trim() : '')
  return new CliError(
    'wait_timeout',
    exitCodes.timeout,
    `${progressText(cluster, sync)}, after ${seconds} s. ${why}`.trim(),
    {
      fix: `The cluster stays connected; "moorage cluster describe ${cluster.name}" says how it stands.`,
    },
  )
}
