import { Icon, ListItem, Spinner } from '@patternfly/react-core'
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon'
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon'
import ExclamationTriangleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon'
import CircleIcon from '@patternfly/react-icons/dist/esm/icons/outlined-circle-icon'
import type { ReactNode } from 'react'

/** How a step stands. */
export type StepState = 'ok' | 'warning' | 'failed' | 'running' | 'waiting'

const words: Record<StepState, string> = {
  ok: 'done',
  warning: 'done, with a warning',
  failed: 'failed',
  running: 'under way',
  waiting: 'waiting',
}

interface StepLineProps {
  state: StepState
  title: string
  /** Beside the title: when, or how long. */
  aside?: ReactNode
  message?: string | undefined
  children?: ReactNode
}

/** One step of several that follow each other. */
export function StepLine({ state, title, aside, message, children }: StepLineProps) {
  return (
    <ListItem className={`step step--${state}`}>
      <span className="step__sign">{sign(state)}</span>
      <div className="step__text">
        <span className="step__title">
          <strong>{title}</strong>
          <span className="pf-v6-screen-reader">: {words[state]}</span>
          {aside && <span className="quiet step__aside">{aside}</span>}
        </span>
        {message !== undefined && <p className="quiet breakable">{message}</p>}
        {children}
      </div>
    </ListItem>
  )
}

function sign(state: StepState): ReactNode {
  switch (state) {
    case 'ok':
      return (
        <Icon status="success">
          <CheckCircleIcon />
        </Icon>
      )
    case 'warning':
      return (
        <Icon status="warning">
          <ExclamationTriangleIcon />
        </Icon>
      )
    case 'failed':
      return (
        <Icon status="danger">
          <ExclamationCircleIcon />
        </Icon>
      )
    case 'running':
      return <Spinner size="md" aria-hidden="true" />
    case 'waiting':
      return (
        <Icon>
          <CircleIcon className="quiet" />
        </Icon>
      )
    default:
      return state satisfies never
  }
}
