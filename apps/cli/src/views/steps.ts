import type { CheckStep } from '@moorage/contract/cluster.ts'
import { clean } from '../print/clean.ts'
import type { Paint } from '../print/colour.ts'
import { tableRows } from '../print/table.ts'

const signs = { ok: ['green', '✓'], warning: ['yellow', '!'], failed: ['red', '✗'] } as const

/** The steps of a connect check, one line each, with the milliseconds each took. */
export const stepsText = (steps: CheckStep[], paint: Paint, maxWidth?: number) =>
  tableRows(
    [
      { title: '', value: step => paint(signs[step.status][0], signs[step.status][1]) },
      { title: '', value: step => step.name },
      { title: '', value: step => `${Math.round(step.ms)} ms`, align: 'right' },
      { title: '', value: step => clean(step.message), wrap: true },
    ],
    steps,
    { maxWidth },
  )
    .slice(1)
    .join('\n')
