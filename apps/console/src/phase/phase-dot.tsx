import type { Cluster } from '@moorage/contract/cluster.ts'
import { Tooltip } from '@patternfly/react-core'
import { explaining, whyPhase } from './explain.ts'
import { lookOf } from './phase.ts'

type Explained = Pick<Cluster, 'phase' | 'conditions'>

/** The small coloured circle at the left of a cluster's name; its tooltip says the phase and why. */
export function PhaseDot({ cluster }: { cluster: Explained }) {
  const look = lookOf(cluster.phase)
  const condition = explaining(cluster)
  return (
    <Tooltip
      aria="none"
      content={
        <>
          <strong>{cluster.phase}</strong>
          <br />
          {whyPhase(cluster)}
          {condition && (
            <>
              <br />
              <small>
                {condition.type}={condition.status}, {condition.reason}
              </small>
            </>
          )}
        </>
      }
    >
      <span
        className={`dot dot--${look.tone} dot--${look.shape}`}
        role="img"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be within reach of the keyboard
        tabIndex={0}
        aria-label={`${cluster.phase}: ${whyPhase(cluster)}`}
      />
    </Tooltip>
  )
}
