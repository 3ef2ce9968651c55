import { parseArgs } from 'node:util'
import { cleanup, RightsMissing } from '@moorage/removal/cleanup.ts'
import { findInstances, isEmpty, lackingFor, planCleanup } from '@moorage/removal/cleanup-plan.ts'
import { cleanupReport } from '@moorage/removal/cleanup-report.ts'
import { instanceLine, leftLines, planLines, progressLine } from '@moorage/removal/cleanup-words.ts'
import { wordsOf } from './log.ts'
import type { ApiServer } from './member/api-server.ts'

const HELP = `Takes everything of Moorage out of the cluster that this pod is in, as its ServiceAccount.

  --instance ID   id of the hub; needed where several have something in the cluster
  --yes           do it; without it, it is only shown
  -o json         the result as JSON
`

interface Output {
  out(line: string): void
  err(line: string): void
}

/** `cleanup` of the agent's image: the same as `moorage cleanup`, in a pod. Resolves with the exit code. */
export async function cleanupHere(
  { transport }: Pick<ApiServer, 'transport'>,
  args: string[],
  { out, err }: Output,
  signal: AbortSignal,
): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        instance: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        output: { type: 'string', short: 'o' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      out(HELP)
      return 0
    }
    const json = values.output === 'json'
    const { instances, unlisted } = await findInstances(transport, signal)
    const ids = values.instance === undefined ? instances.map(({ id }) => id) : [values.instance]
    if (ids.length > 1) {
      err(
        [
          'More than one Moorage hub has something here. Choose one with --instance:',
          ...instances.map(instanceLine),
        ].join('\n'),
      )
      return 2
    }
    const [instance] = ids
    if (instance === undefined) {
      const hidden = unlisted.filter(({ why }) => why !== 'away')
      for (const { what, because } of hidden) err(`${what} could not be looked at: ${because}`)
      err(
        hidden.length === 0
          ? 'Nothing of Moorage is here.'
          : 'Nothing of Moorage was found, but not everything could be looked at.',
      )
      return hidden.length === 0 ? 0 : 1
    }
    const plan = await planCleanup(transport, instance, signal)
    err([`Of Moorage ${instance}:`, ...planLines(plan)].join('\n'))
    if (!values.yes) {
      const lacks = await lackingFor(transport, plan, signal)
      if (lacks.length > 0) throw new RightsMissing(lacks)
      if (json) out(JSON.stringify(cleanupReport(instance, plan, [], null)))
      err('Nothing was changed: with --yes it is removed.')
      return isEmpty(plan) ? 0 : 1
    }
    const progress = []
    const run = cleanup({ transport, helm: null }, instance, signal)
    let next = await run.next()
    for (; !next.done; next = await run.next()) {
      progress.push(next.value)
      if (!json) out(progressLine(next.value))
    }
    if (json) out(JSON.stringify(cleanupReport(instance, plan, progress, next.value)))
    for (const line of leftLines(next.value)) err(line)
    return next.value.clean ? 0 : 1
  } catch (error) {
    err(wordsOf(error))
    return 1
  }
}
