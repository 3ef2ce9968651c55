import type { AgentOutcome } from '@moorage/contract/routes/agents.ts'
import { MoorageError } from '../errors.ts'
import { type JoinedAgent, listJoinedAgents } from '../store/agents.ts'
import type { AgentDeps } from './deps.ts'

/** The agents of these clusters, or all of them. A name that has none is refused before anything begins. */
export async function chosenAgents(
  { store }: Pick<AgentDeps, 'store'>,
  names: readonly string[] | undefined,
): Promise<JoinedAgent[]> {
  const found = await listJoinedAgents(store.db, names)
  const known = new Set(found.map(({ name }) => name))
  const unknown = (names ?? []).filter(name => !known.has(name))
  if (unknown.length === 0) return found
  throw new MoorageError('bad_request', `No agent has joined of ${unknown.slice(0, 10).join(', ')}.`, {
    fix: 'Name clusters that are connected by an agent.',
    fields: [{ path: 'clusters', message: 'names a cluster without an agent' }],
  })
}

/** How it went with one agent. */
export const outcomeOf = (
  { name }: Pick<JoinedAgent, 'name'>,
  outcome: AgentOutcome['outcome'],
  message: string,
  manifest: string | null = null,
): AgentOutcome => ({ cluster: name, outcome, message, manifest })

const complete = new Set<AgentOutcome['outcome']>(['done', 'nothing-to-do', 'by-hand'])

/** The answer about all. */
export const summedUp = (items: AgentOutcome[]) => ({
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
