import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { outputOption, printData } from '../../print/output.ts'

/** `moorage user revoke` */
export const revoke = (io: Io) =>
  define('revoke', {
    summary: 'Take everything back from a user at once',
    description:
      'Disables them, ends their sessions, revokes their tokens for good, and cuts what they have open (exec, port-forward, watches, logs), on every replica of the hub within 2 s. Prints what was cut.',
    examples: [{ does: 'A laptop was stolen', run: 'moorage user revoke ada --reason "laptop stolen"' }],
  })
    .argument('<name>', 'name of the user')
    .option('--reason <text>', 'why, for whoever looks', '')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (name: string, options: { reason: string; output: 'table' | 'json' | 'yaml' }, command) => {
      await using hub = await openHub(io, command)
      const cut = await hub.api.users.revoke({ user: name, because: options.reason }, { signal: io.signal })
      if (options.output !== 'table') return printData(io, options.output, cut)
      const { sessions, tokens, streams, silentReplicas } = cut
      say(io, `User ${name} is disabled. Cut: sessions ${sessions}, tokens ${tokens}, open streams ${streams}.`)
      if (silentReplicas > 0) {
        note(
          io,
          `${silentReplicas} more of the hub’s replicas did not say in time how much they cut, and are not counted.`,
        )
      }
    })
