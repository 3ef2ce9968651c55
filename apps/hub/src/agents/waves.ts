import type { AgentOutcome } from '@moorage/contract/routes/agents.ts'
import type { JoinedAgent } from '../store/agents.ts'
import { eachOf, outcomeOf } from './chosen.ts'

/** Of how many the second wave takes one. */
const TENTH = 10
/** Agents of one wave that are worked on at the same time: each dials the hub anew. */
const AT_ONCE = 20

/** One, then a tenth of all, then the rest: what is wrong with a change shows at the first or the next few. */
export function wavesOf<T>(all: readonly T[]): T[][] {
  const second = 1 + Math.ceil(all.length / TENTH)
  return [all.slice(0, 1), all.slice(1, second), all.slice(second)].filter(wave => wave.length > 0)
}

/**
 * Works on agents in waves, and answers in their order. Whom `spared` has an
 * outcome for is in no wave, so the first wave is always one that is tried.
 * The first refusal pauses everything behind its wave.
 */
export async function inWaves(
  agents: readonly JoinedAgent[],
  spared: (agent: JoinedAgent) => Promise<AgentOutcome | null>,
  work: (agent: JoinedAgent) => Promise<AgentOutcome>,
): Promise<AgentOutcome[]> {
  const outcomes = new Map<JoinedAgent, AgentOutcome>()
  const tried: JoinedAgent[] = []
  const first = await eachOf(agents, AT_ONCE, spared)
  for (const [index, agent] of agents.entries()) {
    const outcome = first[index] ?? null
    if (outcome === null) tried.push(agent)
    else outcomes.set(agent, outcome)
  }
  let failed: AgentOutcome | undefined
  for (const wave of wavesOf(tried)) {
    const because = failed && `It was left as it is, since ${failed.cluster} before it failed.`
    const results =
      because === undefined
        ? await eachOf(wave, AT_ONCE, work)
        : wave.map(agent => outcomeOf(agent, 'not-begun', because))
    for (const [index, agent] of wave.entries()) outcomes.set(agent, results[index] as AgentOutcome)
    failed ??= results.find(({ outcome }) => outcome === 'refused')
  }
  return agents.flatMap(agent => outcomes.get(agent) ?? [])
}
