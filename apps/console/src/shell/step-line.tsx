import { ListItem, Spinner } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { type Standing, StatusIcon } from './status-icon.tsx'

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
      <span className="step__sign">
        {state === 'running' ? <Spinner size="md" aria-hidden="true" /> : <StatusIcon standing={standings[state]} />}
      </span>
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

const standings: Record<Exclude<StepState, 'running'>, Standing> = {
  ok: 'success',
  warning: 'warning',
  failed: 'danger',
  waiting: 'waiting',
}
