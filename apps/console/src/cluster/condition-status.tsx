import type { Condition } from '@moorage/contract/cluster.ts'
import { Icon } from '@patternfly/react-core'
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon'
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon'
import ExclamationTriangleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon'
import InfoCircleIcon from '@patternfly/react-icons/dist/esm/icons/info-circle-icon'
import QuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/question-circle-icon'

/** A condition's name with a mark of how it stands. */
export function ConditionStatus({ condition }: { condition: Condition }) {
  return (
    <span className="condition">
      {mark(condition)}
      {condition.type}
      <span className="pf-v6-screen-reader"> is {condition.status}</span>
    </span>
  )
}

function mark({ status, severity }: Condition) {
  if (status === 'True')
    return (
      <Icon status="success">
        <CheckCircleIcon />
      </Icon>
    )
  if (status === 'Unknown')
    return (
      <Icon>
        <QuestionCircleIcon />
      </Icon>
    )
  switch (severity) {
    case 'error':
      return (
        <Icon status="danger">
          <ExclamationCircleIcon />
        </Icon>
      )
    case 'warning':
      return (
        <Icon status="warning">
          <ExclamationTriangleIcon />
        </Icon>
      )
    case 'info':
      return (
        <Icon status="info">
          <InfoCircleIcon />
        </Icon>
      )
    default:
      return severity satisfies never
  }
}
