import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage binding delete` */
export const deleteOne = (io: Io) =>
  define('delete', {
    summary: 'Delete a binding',
    description: 'What it gave is refused within 2 s, and open streams that it let through end.',
    examples: [{ does: 'In a script', run: 'moorage binding delete payments-prod --yes' }],
  })
    .alias('rm')
    .argument('<binding>', 'name of the binding')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: { yes?: true }, command) => {
      await using hub = await openHub(io, command)
      if (!options.yes) await confirmOrCancel(io, `Delete binding ${name}?`, 'Add --yes to delete without being asked.')
      const { deleted } = await hub.api.bindings.delete({ binding: name }, { signal: io.signal })
      say(io, `Deleted binding ${deleted}.`)
    })
