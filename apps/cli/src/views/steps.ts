import type { CheckStep } from '@moorage/contract/cluster.ts'
import { clean } from '../print/clean.ts'
import type { Paint } from '../print/colour.ts'
import { tableRows } from '../print/table.ts'

const signs = { ok: ['green', '✓'], warning: ['yellow', '!'], failed: ['red', '✗'] } as const

/** Cells of the longest name, so that steps that are printed one by one stand in columns. */
const NAME = 'identity'.length
/** Cells of a step's time: its deadline is within tens of seconds. */
const TIME = '10000 ms'.length

/** One step of a connect check with the milliseconds that it took, as a line of its own. */
export const stepText = (step: CheckStep, paint: Paint, maxWidth?: number): string =>
  tableRows(
    [
      { title: '', value: ({ status }) => paint(signs[status][0], signs[status][1]) },
      { title: '', value: ({ name }) => name.padEnd(NAME) },
      { title: '', value: ({ ms }) => `${Math.round(ms)} ms`.padStart(TIME) },
      { title: '', value: ({ message }) => clean(message), wrap: true },
    ],
    [step],
    { maxWidth },
  )[1] ?? ''
