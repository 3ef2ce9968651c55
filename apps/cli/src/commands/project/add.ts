import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage project add` */
export const add = (io: Io) =>
  define('add', {
    summary: 'Put a cluster into a project, beside those that it is in',
    description: 'Who has rights in the project has them in the cluster then.',
    examples: [{ does: 'Share a cluster', run: 'moorage project add payments prod' }],
  })
    .argument('<project>', 'name of the project')
    .argument('<cluster>', 'id or name of the cluster')
    .addOption(textOutput())
    .action(async (project: string, cluster: string, { output }: { output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const after = await hub.api.projects.addCluster({ project, cluster }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, after)
      say(io, `Project ${project} has ${after.clusters.map(({ name }) => name).join(', ')} now.`)
    })
