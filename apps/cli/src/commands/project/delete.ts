import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage project delete` */
export const deleteOne = (io: Io) =>
  define('delete', {
    summary: 'Delete a project',
    description: 'Refused while it is the home of a cluster, or bindings are for it.',
    examples: [{ does: 'In a script', run: 'moorage project delete old --yes' }],
  })
    .alias('rm')
    .argument('<project>', 'name of the project')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: { yes?: true }, command) => {
      await using hub = await openHub(io, command)
      if (!options.yes) await confirmOrCancel(io, `Delete project ${name}?`, 'Add --yes to delete without being asked.')
      const { deleted } = await hub.api.projects.delete({ project: name }, { signal: io.signal })
      say(io, `Deleted project ${deleted}.`)
    })
