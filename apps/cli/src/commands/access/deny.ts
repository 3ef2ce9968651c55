import { showSubjects } from '../../access/scope.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage access deny` */
export const deny = (io: Io) =>
  define('deny', {
    summary: 'Deny a request for a role',
    examples: [{ does: 'With an answer', run: 'moorage access deny 3f9c2a71d0 --answer "Ask the team of payments"' }],
  })
    .argument('<request>', 'id of the request')
    .option('--answer <text>', 'for whoever asked')
    .addOption(textOutput())
    .action(async (id: string, options: { answer?: string; output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const given = { request: id, ...(options.answer !== undefined && { answer: options.answer }) }
      const denied = await hub.api.roleRequests.deny(given, { signal: io.signal })
      if (options.output !== 'text') return printData(io, options.output, denied)
      const { subject, role } = denied
      say(io, `Denied ${role} to ${showSubjects([subject])}.`)
    })
