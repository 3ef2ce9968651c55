import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'
import { confirmOrCancel } from '../../prompt.ts'

/** `moorage service-account delete` */
export const deleteServiceAccount = (io: Io) =>
  define('delete', {
    summary: 'Delete a service account with its tokens',
    description:
      'What it has open is cut within 2 s. Its name is taken out of bindings and requests for roles, so that whatever has it next inherits nothing.',
    examples: [{ does: 'Without being asked', run: 'moorage service-account delete ci --yes' }],
  })
    .alias('rm')
    .argument('<name>', 'name of the service account')
    .option('-y, --yes', 'do not ask')
    .addOption(textOutput())
    .action(async (name: string, { yes, output }: { yes?: boolean; output: TextFormat }, command) => {
      if (!yes) await confirmOrCancel(io, `Delete service account ${name}?`, 'Add --yes to delete without being asked.')
      await using hub = await openHub(io, command)
      const deleted = await hub.api.serviceAccounts.delete({ serviceAccount: name }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, deleted)
      say(io, `Service account ${name} is deleted.`)
      const { bindings } = deleted
      if (bindings.length > 0) say(io, `Taken out of bindings: ${bindings.join(', ')}.`)
    })
