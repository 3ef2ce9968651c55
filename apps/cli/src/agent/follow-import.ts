import type { ImportStep } from '@moorage/contract/agent.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Hub } from '../hub/open.ts'
import { type Io, note } from '../io.ts'
import { pause } from '../pause.ts'
import { painter } from '../print/colour.ts'
import { live } from '../progress/live.ts'
import { importStepLine, importStepsText } from '../views/import-steps.ts'

/** ms between looks; the hub answers from its store. */
const LOOK_EVERY = 500

/** Shows the steps of an import as they are reached, until all are. A failed step is waited for too: its cause can be mended. */
export async function followImport(io: Io, hub: Hub, cluster: string, seconds: number): Promise<void> {
  const deadline = io.now().getTime() + seconds * 1000
  const paint = painter(io.env, io.stderr)
  const lines = live(io.stderr)
  const said = new Set<string>()
  try {
    for (;;) {
      const { done, steps } = await hub.api.clusters.importSteps({ cluster }, { signal: io.signal })
      lines.draw(importStepsText(steps, paint, (io.stderr.columns ?? 80) - 1).split('\n'))
      if (!io.stderr.isTTY) for (const line of news(steps, said)) note(io, importStepLine(steps, line, paint))
      if (done) return
      if (io.now().getTime() >= deadline) throw tooLate(cluster, steps, seconds)
      await pause(LOOK_EVERY, io.signal)
    }
  } finally {
    lines.end(true)
  }
}

/** The steps that were not said yet as they are now. What is merely waited for is not news. */
export function news(steps: ImportStep[], said: Set<string>): ImportStep[] {
  return steps.filter(step => {
    const key = `${step.name} ${step.status} ${step.message} ${step.causes.join(' ')}`
    if (said.has(key) || (step.status === 'waiting' && step.causes.length === 0)) return false
    said.add(key)
    return true
  })
}

function tooLate(cluster: string, steps: ImportStep[], seconds: number): CliError {
  const at = steps.find(({ status }) => status !== 'ok')
  const causes = at?.causes.length ? ` Likely: ${at.causes.join(' ')}` : ''
  return new CliError(
    'wait_timeout',
    exitCodes.timeout,
    `The import of ${cluster} is at the step "${at?.name ?? 'inventory'}" after ${seconds} s. ${at?.message ?? ''}${causes}`.trim(),
    { fix: `The import goes on; "moorage cluster import-steps ${cluster}" says how it stands.` },
  )
}
