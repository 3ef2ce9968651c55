import { ProblemError } from '@moorage/client/problem-error.ts'
import type { CheckStep } from '@moorage/contract/cluster.ts'
import { List } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { StepLine, type StepState } from '../shell/step-line.tsx'
import type { Check } from './use-check.ts'

const titles: Record<CheckStep['name'], string> = {
  parse: 'The kubeconfig can be used',
  address: 'Its address may be dialled',
  reach: 'The server answers',
  version: 'It is Kubernetes, and new enough',
  identity: 'Who the cluster is',
  rights: 'What the credential may do',
}
const names = Object.keys(titles) as CheckStep['name'][]

interface CheckStepsProps {
  check: Check
  /** What failed stands at a field of the form, where it can be mended. */
  toldAtField?: boolean
}

/** The steps of a check as they pass, and what failed with what would be right. */
export function CheckSteps({ check: { state, steps, error }, toldAtField = false }: CheckStepsProps) {
  const problem = error instanceof ProblemError ? error.problem : null
  const reached = new Map(steps.map(step => [step.name, step]))
  const current = names.find(name => !reached.has(name))
  return (
    <div aria-live="polite">
      <List isPlain aria-label="Steps of the check" className="steps">
        {names.map(name => {
          const step = reached.get(name)
          const failed = problem !== null && problem.step === name
          const now: StepState = failed
            ? 'failed'
            : (step?.status ?? (state === 'running' && name === current ? 'running' : 'waiting'))
          return (
            <StepLine
              key={name}
              state={now}
              title={titles[name]}
              aside={step && !failed && `${Math.round(step.ms)} ms`}
              message={failed ? (toldAtField ? 'See the marked field of the form.' : problem.detail) : step?.message}
            >
              {failed && !toldAtField && problem.fix !== undefined && <p className="breakable">{problem.fix}</p>}
              {failed && problem.code === 'cluster_exists' && problem.cluster !== undefined && (
                <Link to="/clusters/$cluster" params={{ cluster: problem.cluster }}>
                  Open {problem.cluster}
                </Link>
              )}
            </StepLine>
          )
        })}
      </List>
    </div>
  )
}
