import { requireNew } from '../../access/find-named.ts'
import { collect } from '../../args/count.ts'
import { collectLabel } from '../../args/labels.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

interface Options {
  description?: string
  label?: Record<string, string>
  cluster?: string[]
  output: TextFormat
}

/** `moorage project create` */
export const create = (io: Io) =>
  define('create', {
    summary: 'Make a project: clusters that belong together',
    examples: [{ does: 'With two clusters', run: 'moorage project create payments --cluster prod --cluster staging' }],
  })
    .argument('<name>', 'name of the project')
    .option('--description <text>', 'what it is for')
    .option('--label <key=value>', 'a label (may be given several times)', collectLabel)
    .option('--cluster <cluster>', 'a cluster of it (may be given several times)', collect)
    .addOption(textOutput())
    .action(async (name: string, { output, description, label, cluster }: Options, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      requireNew((await hub.api.projects.list(undefined, call)).items, 'project', name)
      const made = await hub.api.projects.put(
        {
          project: name,
          ...(description !== undefined && { description }),
          ...(label !== undefined && { labels: label }),
          ...(cluster !== undefined && { clusters: cluster }),
        },
        call,
      )
      if (output !== 'text') return printData(io, output, made)
      say(
        io,
        `Made project ${made.name}${made.clusters.length === 0 ? '' : ` with ${made.clusters.map(({ name }) => name).join(', ')}`}.`,
      )
    })
