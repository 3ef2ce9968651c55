import type { HubInfo } from '@moorage/contract/hub.ts'
import { define } from '../define.ts'
import { openHub } from '../hub/open.ts'
import { type Io, say } from '../io.ts'
import { fields } from '../print/fields.ts'
import { outputOption, printData } from '../print/output.ts'
import { cliVersion } from '../version.ts'

/** ms; the version of the command line is worth more than waiting for the hub's. */
const HUB_WITHIN = 3000

/** `moorage version` */
export const version = (io: Io) =>
  define('version', {
    summary: 'Show the versions of the command line and of the hub',
    examples: [
      { does: 'Both', run: 'moorage version' },
      { does: 'Without asking the hub', run: 'moorage version --client' },
    ],
  })
    .option('--client', 'only the command line’s')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async ({ client, output }: { client?: true; output: 'table' | 'json' | 'yaml' }, command) => {
      const hub = client ? null : await hubInfo()
      if (output !== 'table')
        return printData(io, output, {
          client: cliVersion,
          node: process.version,
          hub: hub instanceof Error ? null : hub,
        })
      say(
        io,
        fields([
          ['Command line', `${cliVersion} (Node ${process.version})`],
          ...(hub === null ? [] : [['Hub', describe(hub)] as [string, string]]),
        ]),
      )

      async function hubInfo(): Promise<HubInfo | Error> {
        try {
          await using opened = await openHub(io, command)
          const signal = AbortSignal.any([io.signal, AbortSignal.timeout(HUB_WITHIN)])
          return await opened.api.hub.info(undefined, { signal })
        } catch (error) {
          if (io.signal.aborted) throw error
          return error as Error // said in its line: the rest of the answer is still good
        }
      }
    })

const describe = (hub: HubInfo | Error) =>
  hub instanceof Error
    ? `not known. ${hub.message}`
    : `${hub.version} at ${hub.publicUrl}, store ${hub.store}, instance ${hub.instance}`
