import type { Mode, ObjectRef } from '@moorage/contract/cluster.ts'
import { AGENT_NAME } from '@moorage/removal/own-objects.ts'
import { MoorageError } from '../errors.ts'
import { findAgent } from '../store/agents.ts'
import { ACCESS_NAMES, dropFromLedger, noteRemoved, owedObjects } from '../store/ledger.ts'
import type { ClusterDeps } from './deps.ts'
import { REMOVE_BY_AGENT_MS } from './limits.ts'

/** What people's requests needed while the mode was full: with the rights of a read-only agent it can not be taken out. */
const isOutOfReach =
  (mode: Mode) =>
  ({ name }: ObjectRef) =>
    mode === 'read-only' && name.startsWith(ACCESS_NAMES)

const named = ({ kind, namespace, name }: ObjectRef) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`

/** What an agent is asked to take out: not what it can not look for, such as what an older manifest made elsewhere. */
const within =
  (namespace: string) =>
  ({ uid, kind, ...object }: ObjectRef) =>
    uid !== '' || (kind === 'Namespace' ? object.name : (object.namespace ?? namespace)) === namespace

/** Manifests that were made before the one that joined, for another namespace, may never have been applied: nothing is owed for them. */
async function leaveBehind(
  { store }: Pick<ClusterDeps, 'store'>,
  cluster: { id: string },
  objects: readonly ObjectRef[],
): Promise<string[]> {
  for (const object of objects) await dropFromLedger(store.db, cluster.id, object)
  const namespaces = new Set(objects.flatMap(({ namespace }) => namespace ?? []))
  return [...namespaces].map(
    name =>
      `What an older manifest of its import made in the namespace ${name}, if it was applied: moorage cleanup removes it.`,
  )
}

/**
 * Lets a cluster's agent take out what the hub has put there, and itself last.
 * Each object that is gone is noted as it goes, so that what is left is known
 * whenever it breaks off. Gives sentences about what was kept; throws where
 * the agent is away, or had to stay.
 */
export async function removeByAgent(
  deps: Pick<ClusterDeps, 'store' | 'members' | 'instance' | 'now'>,
  cluster: { id: string; name: string; mode: Mode },
  signal: AbortSignal,
): Promise<string[]> {
  const { store, members, instance, now } = deps
  const options = (await findAgent(store.db, cluster.id))?.options
  const namespace = options?.namespace ?? ''
  const owed = (await owedObjects(store.db, cluster.id)).map(({ id: _, ...object }) => object)
  const objects = owed.filter(object => !isOutOfReach(cluster.mode)(object))
  const request = {
    instance,
    objects: objects.filter(within(namespace)),
    ...(options?.existingNamespace ? { keepNamespace: true } : {}),
  }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(REMOVE_BY_AGENT_MS)])
  const kept: string[] = []
  for (const object of owed.filter(isOutOfReach(cluster.mode))) {
    kept.push(
      `${named(object)}: a read-only agent may not remove it, and nobody can use it; moorage cleanup removes it.`,
    )
  }
  const failed: string[] = []
  for await (const told of members.control(cluster.id).remove(request, limit)) {
    if ('removed' in told) await noteRemoved(store.db, cluster.id, told.removed, instance, now())
    else if ('kept' in told) {
      kept.push(`${named(told.kept)}: ${told.because}`)
      await dropFromLedger(store.db, cluster.id, told.kept)
    } else if ('failed' in told) failed.push(`${named(told.failed)}: ${told.message}`)
    else if ('scan' in told) failed.push(...told.scan.map(object => `${named(object)} is still there`))
    else {
      for (const object of owed) if (!objects.includes(object)) await dropFromLedger(store.db, cluster.id, object)
      return [
        ...kept,
        ...(await leaveBehind(
          deps,
          cluster,
          objects.filter(object => !request.objects.includes(object)),
        )),
      ]
    }
  }
  const why = failed.length === 0 ? 'it did not say why' : failed.slice(0, 5).join('; ')
  throw new MoorageError('cluster_unreachable', `The agent could not remove everything, so it stayed: ${why}.`, {
    step: 'remove',
    fix: `Look at the logs of ${namespace}/${AGENT_NAME} and try again.`,
    cluster: cluster.name,
  })
}
