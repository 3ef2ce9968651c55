import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'

/** `moorage service-account create` */
export const create = (io: Io) =>
  define('create', {
    summary: 'Make a service account, or change its description',
    examples: [{ does: 'For a pipeline', run: 'moorage service-account create ci --description "Deploys the shop"' }],
  })
    .argument('<name>', 'what it is called')
    .option('--description <text>', 'what it is for', '')
    .addOption(textOutput())
    .action(async (name: string, { description, output }: { description: string; output: TextFormat }, command) => {
      await using hub = await openHub(io, command)
      const made = await hub.api.serviceAccounts.put({ serviceAccount: name, description }, { signal: io.signal })
      if (output !== 'text') return printData(io, output, made)
      say(io, `Service account ${name} is there. A token: moorage token create NAME --service-account ${name}`)
    })
