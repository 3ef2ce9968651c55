import type { AgentOutcome, RollOutStep } from '@moorage/contract/roll-out.ts'
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

export interface WavesOptions {
  /** What is clear of an agent without a change; null for one that is tried. */
  spared(agent: JoinedAgent): Promise<AgentOutcome | null>
  work(agent: JoinedAgent): Promise<AgentOutcome>
  /** Is told what happens as it does. */
  tell?: (step: RollOutStep) => void
}

/**
 * Works on agents in waves, and answers in their order. Whom `spared` has an
 * outcome for is in no wave, so the first wave is always one that is tried.
 * The first refusal pauses everything behind its wave.
 */
export async function inWaves(
  agents: readonly JoinedAgent[],
  { spared, work, tell = () => {} }: WavesOptions,
): Promise<AgentOutcome[]> {
  const outcomes = new Map<JoinedAgent, AgentOutcome>()
  const ended = (agent: JoinedAgent, outcome: AgentOutcome) => {
    outcomes.set(agent, outcome)
    const { manifest: _, ...told } = outcome
    tell({ name: 'outcome', outcome: told })
  }
  const tried = new Set(agents)
  await eachOf(agents, AT_ONCE, async agent => {
    const outcome = await spared(agent)
    if (outcome === null) return
    tried.delete(agent)
    ended(agent, outcome)
  })
  const waves = wavesOf([...tried])
  tell({ name: 'waves', waves: waves.map(wave => wave.map(({ name }) => name)) })
  let failed: AgentOutcome | undefined
  for (const [index, agentsOfWave] of waves.entries()) {
    const wave = index + 1
    const because = failed && `It was left as it is, since ${failed.cluster} before it failed.`
    if (because !== undefined) {
      for (const agent of agentsOfWave) ended(agent, { ...outcomeOf(agent, 'not-begun', because), wave })
      continue
    }
    const results = await eachOf(agentsOfWave, AT_ONCE, async agent => {
      tell({ name: 'begun', wave, cluster: agent.name })
      const outcome = { ...(await work(agent)), wave }
      ended(agent, outcome)
      return outcome
    })
    failed = results.find(({ outcome }) => outcome === 'refused')
  }
  return agents.flatMap(agent => outcomes.get(agent) ?? [])
}
