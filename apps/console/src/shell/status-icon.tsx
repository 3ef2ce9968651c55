import { Icon } from '@patternfly/react-core'
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon'
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon'
import ExclamationTriangleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon'
import InfoCircleIcon from '@patternfly/react-icons/dist/esm/icons/info-circle-icon'
import CircleIcon from '@patternfly/react-icons/dist/esm/icons/outlined-circle-icon'
import QuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/question-circle-icon'

/** How something stands. */
export type Standing = 'success' | 'warning' | 'danger' | 'info' | 'unknown' | 'waiting'

const signs = {
  success: CheckCircleIcon,
  warning: ExclamationTriangleIcon,
  danger: ExclamationCircleIcon,
  info: InfoCircleIcon,
  unknown: QuestionCircleIcon,
  waiting: CircleIcon,
} as const

/** The mark of how something stands, in its colour. Its meaning is said in words beside it. */
export function StatusIcon({ standing }: { standing: Standing }) {
  const Sign = signs[standing]
  if (standing === 'unknown' || standing === 'waiting')
    return <Icon>{standing === 'waiting' ? <Sign className="quiet" /> : <Sign />}</Icon>
  return (
    <Icon status={standing}>
      <Sign />
    </Icon>
  )
}
