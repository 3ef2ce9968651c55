import type { Phase } from '@moorage/contract/cluster.ts'

/** What a phase's circle looks like: a colour and, so that colour is never alone, a shape. */
export interface PhaseLook {
  tone: 'good' | 'busy' | 'warn' | 'bad' | 'quiet'
  /** Filled circles are settled states, rings are states that pass. */
  shape: 'disc' | 'ring' | 'half' | 'cross'
  /** What the phase means, where no condition says more. */
  meaning: string
  /** Order by how much attention the phase wants: lower first. */
  rank: number
}

const looks: Record<Phase, PhaseLook> = {
  Error: { tone: 'bad', shape: 'cross', meaning: 'Something is wrong that will not mend itself.', rank: 0 },
  Unreachable: { tone: 'bad', shape: 'ring', meaning: 'The API server does not answer.', rank: 1 },
  Warning: { tone: 'warn', shape: 'half', meaning: 'The cluster works and something needs attention.', rank: 2 },
  Deleting: { tone: 'busy', shape: 'ring', meaning: 'The cluster is being destroyed at its provider.', rank: 3 },
  Disconnecting: { tone: 'busy', shape: 'ring', meaning: 'Moorage is forgetting the cluster.', rank: 4 },
  Provisioning: { tone: 'busy', shape: 'ring', meaning: 'The cluster is being created.', rank: 5 },
  Reconciling: { tone: 'busy', shape: 'ring', meaning: 'The cluster is being changed.', rank: 6 },
  Pending: { tone: 'quiet', shape: 'ring', meaning: 'The cluster has not answered yet.', rank: 7 },
  Stopped: { tone: 'quiet', shape: 'disc', meaning: 'The cluster is stopped.', rank: 8 },
  Running: { tone: 'good', shape: 'disc', meaning: 'The API server answers and nothing is wrong.', rank: 9 },
}

/** The look of a phase. */
export const lookOf = (phase: Phase): PhaseLook => looks[phase]

/** Every phase, those that want attention first. */
export const phasesByRank = (Object.keys(looks) as Phase[]).sort((a, b) => looks[a].rank - looks[b].rank)
