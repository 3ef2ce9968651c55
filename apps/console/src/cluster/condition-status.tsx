import type { Condition } from '@moorage/contract/cluster.ts'
import { type Standing, StatusIcon } from '../shell/status-icon.tsx'

/** A condition's name with a mark of how it stands. */
export function ConditionStatus({ condition }: { condition: Condition }) {
  return (
    <span className="condition">
      <StatusIcon standing={standingOf(condition)} />
      {condition.type}
      <span className="pf-v6-screen-reader"> is {condition.status}</span>
    </span>
  )
}

const severities: Record<Condition['severity'], Standing> = { error: 'danger', warning: 'warning', info: 'info' }

const standingOf = ({ status, severity }: Condition): Standing =>
  status === 'True' ? 'success' : status === 'Unknown' ? 'unknown' : severities[severity]
