import type { Cluster } from '@moorage/contract/cluster.ts'
import { Content, Label } from '@patternfly/react-core'
import LockIcon from '@patternfly/react-icons/dist/esm/icons/lock-icon'
import LockOpenIcon from '@patternfly/react-icons/dist/esm/icons/lock-open-icon'
import { platformName } from '../fleet/platform.ts'
import { LastSeen } from '../format/last-seen.tsx'
import { PhaseDot } from '../phase/phase-dot.tsx'
import { PhaseLabel } from '../phase/phase-label.tsx'
import { CapabilityButton } from '../shell/capability-button.tsx'

interface ClusterHeaderProps {
  cluster: Cluster
  onDisconnect: () => void
}

/** A cluster's name, state and what can be done with the whole of it. */
export function ClusterHeader({ cluster, onDisconnect }: ClusterHeaderProps) {
  return (
    <div className="cluster-header">
      <div className="cluster-header__name">
        <PhaseDot cluster={cluster} />
        <Content component="h1">{cluster.name}</Content>
        <PhaseLabel phase={cluster.phase} />
        <Label variant="outline" icon={cluster.mode === 'full' ? <LockOpenIcon /> : <LockIcon />}>
          {cluster.mode}
        </Label>
      </div>
      <div className="cluster-header__facts quiet">
        <span>Project {cluster.project}</span>
        <span>{cluster.version ?? 'version unknown'}</span>
        {cluster.distribution.value !== null && <span>{platformName(cluster.distribution.value)}</span>}
        {cluster.region !== null && <span>{cluster.region}</span>}
        <span>
          Last seen <LastSeen at={cluster.lastSeen} />
        </span>
      </div>
      <div className="cluster-header__actions">
        <CapabilityButton
          capabilities={cluster.capabilities}
          needs="disconnect"
          variant="secondary"
          isDanger
          onClick={onDisconnect}
        >
          Disconnect
        </CapabilityButton>
      </div>
    </div>
  )
}
