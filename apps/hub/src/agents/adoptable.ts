import { MoorageError } from '../errors.ts'
import { findCluster } from '../store/clusters.ts'
import type { ClusterRow } from '../store/tables.ts'
import type { AgentDeps } from './deps.ts'

export const nameTaken = (name: string, fix: string) =>
  new MoorageError('name_taken', `Another cluster has the name ${name}.`, {
    fix,
    fields: [{ path: 'name', message: 'is the name of another cluster' }],
    cluster: name,
  })

/** Whether a known cluster can be imported under its name once more. */
async function requireAdoptable(deps: Pick<AgentDeps, 'members'>, known: ClusterRow): Promise<void> {
  const { name, connection, phase } = known
  if (phase === 'Disconnecting' || phase === 'Deleting') {
    throw nameTaken(name, `${name} is on its way out of Moorage: wait until it is gone, or force its disconnect.`)
  }
  if (connection !== 'agent') {
    throw new MoorageError('not_this_connection', `${name} is known and not connected by an agent.`, {
      fix: `To move it to an agent: moorage cluster reconnect ${name} --agent. Else choose another name.`,
      fields: [{ path: 'name', message: 'is the name of a cluster that is not connected by an agent' }],
      cluster: name,
    })
  }
  if (known.uid !== null && (await deps.members.connected(known.id))) {
    throw nameTaken(
      name,
      `Choose another name. If you mean ${name}: its agent is connected; moorage cluster migrate ${name} gives its manifest again.`,
    )
  }
}

/** The cluster that has the name already, to be adopted; undefined where the name is free. Another cluster's name is refused. */
export async function adoptableAs(
  deps: Pick<AgentDeps, 'members' | 'store'>,
  name: string,
): Promise<ClusterRow | undefined> {
  const found = await findCluster(deps.store.db, name)
  if (found?.name !== name) return undefined
  await requireAdoptable(deps, found)
  return found
}
