import type { Cluster } from '@moorage/contract/cluster.ts'
import type { Hub } from '../hub/open.ts'
import { type Io, note } from '../io.ts'
import { pause } from '../pause.ts'
import { age } from '../print/age.ts'
import { spin } from '../progress/spin.ts'

/** ms; an agent that was there so lately may only have been restarted. */
const LATELY = 10 * 60_000
/** s that are counted down for it: more than a redial takes, and a pod on the same node. */
const SECONDS = 15
/** ms */
const EVERY = 1000

/** Whether the agent of a cluster that does not answer was there so lately that it may come back. */
export const mayComeBack = ({ connection, uid, lastSeen }: Cluster, now: Date): boolean =>
  connection === 'agent' && uid !== null && lastSeen !== null && now.getTime() - Date.parse(lastSeen) < LATELY

/**
 * Counts down before a cluster is let go by force whose agent may come back, so
 * that it can still do the removal. Resolves with whether it came.
 */
export async function lastChance(
  io: Io,
  hub: Pick<Hub, 'api'>,
  { name, lastSeen }: Pick<Cluster, 'name' | 'lastSeen'>,
  { seconds = SECONDS, every = EVERY } = {},
): Promise<boolean> {
  const seen = lastSeen === null ? 'lately' : `${age(lastSeen, io.now())} ago`
  const came = await spin(io, `Its agent was seen ${seen}`, async ({ update }) => {
    for (let left = seconds; left > 0; left -= 1) {
      update(`Its agent was seen ${seen} and may come back: let go without it in ${left} s, Ctrl-C keeps ${name}`)
      await pause(every, io.signal)
      if ((await hub.api.clusters.previewDisconnect({ cluster: name }, { signal: io.signal })).reachable) return true
    }
    return false
  })
  if (came) note(io, `The agent of ${name} is back: it removes what is there.`)
  return came
}
