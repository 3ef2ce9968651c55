import { Option } from 'commander'
import { showScope, showSubjects } from '../../access/scope.ts'
import { parseDuration } from '../../args/duration.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage access approve` */
export const approve = (io: Io) =>
  define('approve', {
    summary: 'Approve a request for a role',
    description: 'Makes a binding that ends by itself. Nobody approves their own request.',
    examples: [
      { does: 'As it was asked for', run: 'moorage access approve 3f9c2a71d0' },
      { does: 'For one hour only', run: 'moorage access approve 3f9c2a71d0 --for 1h' },
    ],
  })
    .argument('<request>', 'id of the request')
    .addOption(new Option('--for <span>', 'shorter than what was asked for, such as 1h').argParser(parseDuration))
    .option('--answer <text>', 'for whoever asked')
    .addOption(textOutput())
    .action(async (id: string, options: { for?: number; answer?: string; output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const given = {
        request: id,
        ...(options.for !== undefined && { seconds: options.for }),
        ...(options.answer !== undefined && { answer: options.answer }),
      }
      const approved = await hub.api.roleRequests.approve(given, { signal: io.signal })
      if (options.output !== 'text') return printData(io, options.output, approved)
      const { subject, role, scope, seconds, binding } = approved
      const until = new Date(io.now().getTime() + seconds * 1_000).toISOString()
      say(io, `${showSubjects([subject])} has role ${role} in ${showScope(scope)} until ${until} (binding ${binding}).`)
    })
