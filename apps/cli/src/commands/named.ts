import { findNamed } from '../access/find-named.ts'
import { define } from '../define.ts'
import { type Hub, openHub } from '../hub/open.ts'
import { type Io, say } from '../io.ts'
import { outputOption, printData } from '../print/output.ts'
import { type TextFormat, textOutput } from '../print/text-output.ts'
import { confirmOrCancel } from '../prompt.ts'

type Call = { signal: AbortSignal }

/** `get` of what is known by its name: a binding, a group, a project or a role. */
export const getNamed = (
  io: Io,
  what: string,
  { example, list }: { example: string; list: (hub: Hub, call: Call) => Promise<{ items: { name: string }[] }> },
) =>
  define('get', {
    summary: `Print a ${what} with everything in it`,
    examples: [{ does: 'As YAML', run: `moorage ${what} get ${example}` }],
  })
    .argument(`<${what}>`, `name of the ${what}`)
    .addOption(outputOption(['yaml', 'json']))
    .action(async (name: string, options: { output: 'yaml' | 'json' }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await list(hub, { signal: io.signal })
      printData(io, options.output, findNamed(items, what, name))
    })

interface Deletion {
  /** What becomes of what it gave, or what it is refused by. */
  description: string
  example: string
  take: (hub: Hub, name: string, call: Call) => Promise<{ deleted: string }>
}

/** `delete` of what is known by its name. */
export const deleteNamed = (io: Io, what: string, { description, example, take }: Deletion) =>
  define('delete', {
    summary: `Delete a ${what}`,
    description,
    examples: [{ does: 'In a script', run: `moorage ${what} delete ${example} --yes` }],
  })
    .alias('rm')
    .argument(`<${what}>`, `name of the ${what}`)
    .option('-y, --yes', 'do not ask')
    .addOption(textOutput())
    .action(async (name: string, options: { yes?: true; output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      if (!options.yes) await confirmOrCancel(io, `Delete ${what} ${name}?`, 'Add --yes to delete without being asked.')
      const done = await take(hub, name, { signal: io.signal })
      if (options.output !== 'text') return printData(io, options.output, done)
      say(io, `Deleted ${what} ${done.deleted}.`)
    })
