import type { Command } from 'commander'
import { define } from '../define.ts'
import { exitCodeMeanings } from '../exit-codes.ts'
import { usage } from '../failure.ts'
import { type Io, say } from '../io.ts'
import { type Field, fields } from '../print/fields.ts'

const environment: Field[] = [
  ['MOORAGE_URL', 'address of the hub; goes before the saved ones, and needs MOORAGE_TOKEN'],
  ['MOORAGE_TOKEN', 'token; without MOORAGE_URL it replaces that of the current hub'],
  ['MOORAGE_CA', 'path of the CA that the hub’s certificate is verified by'],
  ['MOORAGE_CONFIG', 'path of the file with the saved hubs'],
  ['XDG_CONFIG_HOME', 'folder of configuration, else ~/.config'],
  ['HTTPS_PROXY, NO_PROXY', 'proxy to the hub, and hosts that need none'],
  ['NO_COLOR', 'no colours, when set to anything'],
]

const topics: Record<string, () => string> = {
  'exit-codes': () =>
    `What the exit codes say:\n\n${fields(Object.entries(exitCodeMeanings).map(([code, meaning]): Field => [code, meaning]))}`,
  environment: () => `Variables of the environment:\n\n${fields(environment)}`,
}

/** `moorage help` */
export const help = (io: Io) =>
  define('help', {
    summary: 'Help for a command, and the topics exit-codes and environment',
    examples: [
      { does: 'Help for a command', run: 'moorage help cluster connect' },
      { does: 'What the exit codes say', run: 'moorage help exit-codes' },
    ],
  })
    .argument('[command...]', 'command or topic')
    .action((path: string[], _options: unknown, command: Command) => {
      const topic = path.length === 1 ? topics[path[0] ?? ''] : undefined
      if (topic) return say(io, topic())
      let at = command.parent ?? command
      for (const name of path) {
        const next = at.commands.find(child => child.name() === name || child.aliases().includes(name))
        if (!next)
          throw usage(
            `There is no help for "${path.join(' ')}".`,
            `Topics are ${Object.keys(topics).join(' and ')}; "moorage help" lists the commands.`,
          )
        at = next
      }
      at.outputHelp()
    })
