import { define } from '../define.ts'
import { openHub } from '../hub/open.ts'
import { type Io, note, say } from '../io.ts'
import { fields } from '../print/fields.ts'
import { outputOption, printData } from '../print/output.ts'

/** Groups that the hub takes from an issuer. */
const MOST_GROUPS = 500

/** `moorage whoami` */
export const whoami = (io: Io) =>
  define('whoami', {
    summary: 'Show who the hub takes you for, and which hub that is',
    examples: [{ does: 'Who am I here?', run: 'moorage whoami' }],
  })
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async ({ output }: { output: 'table' | 'json' | 'yaml' }, command) => {
      await using hub = await openHub(io, command)
      const who = await hub.api.hub.whoami(undefined, { signal: io.signal })
      const { url, from } = hub.target
      if (output !== 'table') return printData(io, output, { ...who, hub: { url, from } })
      say(
        io,
        fields([
          ['Name', who.name],
          ['Kind', who.kind],
          ['ID', who.id],
          ['Groups', who.groups],
          ['Hub', `${url} (from ${from})`],
        ]),
      )
      if (who.groups.length >= MOST_GROUPS) {
        note(io, `The hub takes ${MOST_GROUPS} groups from an issuer; what it names beyond them does not count.`)
      }
    })
