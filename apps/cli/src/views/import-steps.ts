import type { ImportStep } from '@moorage/contract/agent.ts'
import { clean } from '../print/clean.ts'
import type { Paint } from '../print/colour.ts'
import { tableRows } from '../print/table.ts'
import { foldAt } from '../print/wrap.ts'

const signs = { ok: ['green', '✓'], waiting: ['dim', '·'], failed: ['red', '✗'] } as const
const titles: Record<ImportStep['name'], string> = {
  manifest: 'manifest fetched',
  contact: 'agent contacted the hub',
  identity: 'identity registered',
  'api-server': 'API server answers',
  rights: 'rights verified',
  inventory: 'inventory complete',
}

/** The steps of an import, one below the other, with the time since the one before; what a step waits for stands below it. */
export function importStepsText(steps: ImportStep[], paint: Paint, maxWidth?: number): string {
  const [, ...rows] = tableRows(
    [
      { title: '', value: ({ status }) => paint(signs[status][0], signs[status][1]) },
      { title: '', value: ({ name }) => titles[name] },
      { title: '', value: step => sinceBefore(steps, step), align: 'right' },
      { title: '', value: ({ message }) => clean(message), wrap: true },
    ],
    steps,
    { maxWidth },
  )
  return steps
    .flatMap(({ causes }, i) => [rows[i] ?? '', ...causes.map(cause => foldAt(`    - ${clean(cause)}`, maxWidth))])
    .join('\n')
}

/** One step as a line of its own, for output that is not redrawn. */
export const importStepLine = (steps: ImportStep[], step: ImportStep, paint: Paint): string => {
  const [style, sign] = signs[step.status]
  const line = [paint(style, sign), titles[step.name], sinceBefore(steps, step), clean(step.message)]
  return [line.filter(Boolean).join('  '), ...step.causes.map(cause => `    - ${clean(cause)}`)].join('\n')
}

/** `4.2 s`: from the last step before it that was reached. Empty where there is nothing to count from. */
function sinceBefore(steps: ImportStep[], step: ImportStep): string {
  const before = steps.slice(0, steps.indexOf(step)).findLast(({ status, at }) => status === 'ok' && at !== null)
  if (step.status !== 'ok' || step.at === null || !before?.at) return ''
  const seconds = Math.max(0, (Date.parse(step.at) - Date.parse(before.at)) / 1000)
  return `${seconds.toFixed(1)} s`
}
