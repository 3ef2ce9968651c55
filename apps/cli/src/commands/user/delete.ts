import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage user delete` */
export const deleteUser = (io: Io) =>
  define('delete', {
    summary: 'Forget a user, with their sessions and tokens',
    description:
      'Their name is taken out of bindings, groups and requests for roles, so that whoever has it next inherits nothing.',
    examples: [{ does: 'Without being asked', run: 'moorage user delete ada --yes' }],
  })
    .alias('rm')
    .argument('<name>', 'name of the user')
    .option('-y, --yes', 'do not ask')
    .addOption(textOutput())
    .action(async (name: string, { yes, output }: { yes?: boolean; output: TextFormat }, command) => {
      if (!yes) await confirmOrCancel(io, `Delete user ${name}?`, 'Add --yes to delete without being asked.')
      await using hub = await openHub(io, command)
      const deleted = await hub.api.users.delete({ user: name }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, deleted)
      const { bindings, groups } = deleted
      say(io, `User ${name} is deleted.`)
      if (bindings.length > 0) say(io, `Taken out of bindings: ${bindings.join(', ')}.`)
      if (groups.length > 0) say(io, `Taken out of groups: ${groups.join(', ')}.`)
    })
