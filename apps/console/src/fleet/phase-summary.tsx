import type { Cluster, Phase } from '@moorage/contract/cluster.ts'
import { count } from '../format/quantity.ts'
import { lookOf, phasesByRank } from '../phase/phase.ts'
import { countByPhase } from './filter.ts'

interface PhaseSummaryProps {
  clusters: Cluster[]
  chosen: Phase[]
  onChoose: (phases: Phase[]) => void
}

/** How many clusters are in which phase. Each is a switch that narrows the list to it. */
export function PhaseSummary({ clusters, chosen, onChoose }: PhaseSummaryProps) {
  const counts = countByPhase(clusters)
  const shown = phasesByRank.filter(phase => counts.has(phase) || chosen.includes(phase))
  return (
    <fieldset className="phases">
      <legend className="pf-v6-screen-reader">Filter by phase</legend>
      {shown.map(phase => {
        const look = lookOf(phase)
        const on = chosen.includes(phase)
        return (
          <button
            type="button"
            key={phase}
            aria-pressed={on}
            className={`phases__one${on ? ' phases__one--on' : ''}`}
            onClick={() => onChoose(on ? chosen.filter(other => other !== phase) : [...chosen, phase])}
          >
            <span className={`dot dot--${look.tone} dot--${look.shape}`} aria-hidden="true" />
            <strong>{count(counts.get(phase) ?? 0)}</strong> {phase}
          </button>
        )
      })}
    </fieldset>
  )
}
