import type { Cluster } from '@moorage/contract/cluster.ts'
import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import { moorage } from '@moorage/testkit/hub-process.ts'

/** ms; three first inventories on a machine with two busy cores. */
const COMPLETE_WITHIN = 120_000
/** ms between two looks at the fleet. */
const LOOK_EVERY = 500

/** Shows the fleet's table until every cluster is Running with its inventory complete; prints the last one plainly. */
export async function followFleet(
  hub: HubProcess,
  names: readonly string[],
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + COMPLETE_WITHIN
  let drawn = 0
  for (;;) {
    signal.throwIfAborted()
    const clusters = ((await (await hub.fetch('/api/v1/clusters')).json()) as { items: Cluster[] }).items
    const done = names.every(name => clusters.some(cluster => cluster.name === name && isComplete(cluster)))
    const table = (await moorage(hub, ['cluster', 'list'])).stdout
    if (process.stdout.isTTY) {
      // Back to the first line of the table that was drawn, and clear what follows.
      process.stdout.write(`${drawn > 0 ? `\u001b[${drawn}A\u001b[J` : ''}${table}`)
      drawn = table.split('\n').length - 1
    } else if (done) {
      process.stdout.write(table)
    }
    if (done) return
    if (Date.now() > deadline)
      throw new Error(`the fleet was not complete within ${COMPLETE_WITHIN / 1000} s:\n${table}`)
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY))
  }
}

const isComplete = (cluster: Cluster) =>
  cluster.phase === 'Running' &&
  cluster.conditions.some(condition => condition.type === 'InventorySynced' && condition.status === 'True')
