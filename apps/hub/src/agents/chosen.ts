import type { AgentOutcome, RollOut } from '@moorage/contract/roll-out.ts'
import { MoorageError } from '../errors.ts'
import { type JoinedAgent, listJoinedAgents } from '../store/agents.ts'
import { findCluster } from '../store/clusters.ts'
import type { AgentDeps } from './deps.ts'

/** The agents of these clusters, or all of them. A name that has none is refused before anything begins. */
export async function chosenAgents(
  { store }: Pick<AgentDeps, 'store'>,
  names: readonly string[] | undefined,
): Promise<JoinedAgent[]> {
  const found = await listJoinedAgents(store.db, names)
  const known = new Set(found.map(({ name }) => name))
  const unknown = (names ?? []).filter(name => !known.has(name))
  const [first] = unknown
  if (first === undefined) return found
  throw await withoutAgent(store, first, unknown.length - 1)
}

/** Why a cluster has no agent that could be asked. */
async function withoutAgent({ db }: AgentDeps['store'], name: string, others: number): Promise<MoorageError> {
  const cluster = await findCluster(db, name)
  const [message, fix] =
    cluster === undefined
      ? [`There is no cluster ${name}.`, 'moorage cluster list shows their names.']
      : cluster.connection === 'agent'
        ? [
            `The agent of ${name} has not joined yet.`,
            `See how far its import is: moorage cluster import-steps ${name}.`,
          ]
        : [
            `${name} has no agent.`,
            `It is reached without one; moorage cluster reconnect ${name} --agent changes that.`,
          ]
  const more = others === 0 ? '' : ` And ${others} more of those named can not be asked.`
  return new MoorageError('bad_request', `${message}${more}`, {
    fix,
    fields: [{ path: 'clusters', message: `${name} has no agent that has joined` }],
  })
}

/** How it went with one agent; the wave is put in by whoever forms them. */
export const outcomeOf = (
  { name }: Pick<JoinedAgent, 'name'>,
  outcome: AgentOutcome['outcome'],
  message: string,
  manifest: string | null = null,
): AgentOutcome => ({ cluster: name, wave: null, outcome, message, manifest })

const complete = new Set<AgentOutcome['outcome']>(['done', 'nothing-to-do', 'by-hand', 'planned'])

/** The answer about all. */
export const summedUp = (items: AgentOutcome[]): RollOut => ({
  complete: items.every(({ outcome }) => complete.has(outcome)),
  items,
})

/** Works on some at a time, in their order. */
export async function eachOf<T, R>(list: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(list.length)
  const queue = list.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker))
  return results
}
