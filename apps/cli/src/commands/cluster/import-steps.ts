import { Option } from 'commander'
import { followImport } from '../../agent/follow-import.ts'
import { parseDuration } from '../../args/duration.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { printData } from '../../print/output.ts'
import { cellsOf } from '../../print/wrap.ts'
import { importStepsText } from '../../views/import-steps.ts'

interface Options {
  wait?: true
  timeout: number
  output: 'text' | 'json' | 'yaml'
}

/** `moorage cluster import-steps` */
export const importSteps = (io: Io) =>
  define('import-steps', {
    summary: 'How far an import has come, and why it does not go on',
    examples: [
      { does: 'Look once', run: 'moorage cluster import-steps edge' },
      { does: 'Follow it to its end', run: 'moorage cluster import-steps edge --wait' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .option('--wait', 'show the steps until all are done')
    .addOption(new Option('--timeout <span>', 'how long --wait waits').argParser(parseDuration).default(300, '5m'))
    .addOption(
      new Option('-o, --output <format>', 'how to print the steps').choices(['text', 'json', 'yaml']).default('text'),
    )
    .action(async (cluster: string, options: Options, command) => {
      await using hub = await openHub(io, command)
      if (options.wait) await followImport(io, hub, cluster, options.timeout)
      else if (options.output === 'text') {
        const { done, steps, expiresAt } = await hub.api.clusters.importSteps({ cluster }, { signal: io.signal })
        say(io, importStepsText(steps, painter(io.env, io.stdout), cellsOf(io.stdout)))
        if (!done && expiresAt) note(io, `The join token can be used until ${expiresAt}.`)
      }
      if (options.output !== 'text')
        printData(io, options.output, await hub.api.clusters.importSteps({ cluster }, { signal: io.signal }))
    })
