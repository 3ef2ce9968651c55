import { LONGEST_S, SHORTEST_S } from '@moorage/contract/role-request.ts'
import { Option } from 'commander'
import { type Place, scopeFrom, showScope, withPlace } from '../../access/scope.ts'
import { parseDuration } from '../../args/duration.ts'
import { define } from '../../define.ts'
import { usage } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

interface Options extends Place {
  role: string
  for: number
  reason: string
  output: TextFormat
}

/** `moorage access request` */
export const request = (io: Io) =>
  withPlace(
    define('request', {
      summary: 'Ask for a role, for some time and with a reason',
      description: 'Who may approve it sees it in "moorage access requests". What is approved ends by itself.',
      examples: [
        {
          does: 'Be an administrator of a cluster for four hours',
          run: 'moorage access request --role cluster-admin --cluster prod --for 4h --reason INC-1234',
        },
      ],
    }).requiredOption('--role <role>', 'which role, such as cluster-admin'),
  )
    .addOption(new Option('--for <span>', 'how long, such as 4h').argParser(parseDuration).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why, for whoever decides')
    .addOption(textOutput())
    .action(async (options: Options, command) => {
      const scope = scopeFrom(options)
      if (options.for < SHORTEST_S || options.for > LONGEST_S) {
        throw usage('A role can be asked for one minute to 30 days.', 'What is needed for longer is a binding.')
      }
      await using hub = await openHub(io, command)
      const { role, reason, for: seconds } = options
      const asked = await hub.api.roleRequests.ask({ role, scope, seconds, reason }, { signal: io.signal })
      if (options.output !== 'text') return printData(io, options.output, asked)
      say(io, `Asked for role ${asked.role} in ${showScope(asked.scope)}: request ${asked.id}.`)
      note(io, `See what becomes of it: moorage access requests. Take it back: moorage access withdraw ${asked.id}.`)
    })
