import { define } from '../../../define.ts'
import { openHub } from '../../../hub/open.ts'
import { type Io, say } from '../../../io.ts'
import { confirmOrCancel } from '../../../prompt.ts'

/** `moorage audit forward remove` */
export const remove = (io: Io) =>
  define('remove', {
    summary: 'Send the audit log to a target no more',
    description: 'Its place and its secrets are forgotten. To stop for a while, disable it.',
    examples: [{ does: 'Without being asked', run: 'moorage audit forward remove siem --yes' }],
  })
    .aliases(['rm', 'delete'])
    .argument('<name>', 'name of the target')
    .option('-y, --yes', 'do not ask')
    .action(async (forward: string, { yes }: { yes?: true }, command) => {
      if (!yes) await confirmOrCancel(io, `Send nothing to ${forward} any more?`, 'Add --yes to remove it unasked.')
      await using hub = await openHub(io, command)
      await hub.api.auditForwards.delete({ forward }, { signal: io.signal })
      say(io, `The audit log is sent to ${forward} no more.`)
    })
