import { followRollOut } from '../../agent/follow-roll-out.ts'
import { given } from '../../args/given.ts'
import { parseHubAddress } from '../../args/hub-address.ts'
import { define } from '../../define.ts'
import { exitCodes } from '../../exit-codes.ts'
import { Exit, usage } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'
import { readInput } from '../../read-input.ts'
import { agentOutcomes } from '../../views/agent-outcomes.ts'

interface Options {
  url?: string
  ca?: string
  dryRun?: true
  output: Format
}

/** `moorage agent settings` */
export const settings = (io: Io) =>
  define('settings', {
    summary: 'Tell agents another address or CA of the hub, over their live tunnels',
    description:
      'Each agent dials the hub by the new settings first and goes over only when that works; else it stays with the old ones and says why. ' +
      'One cluster is asked first, then a tenth of them, then the rest; the first that can not go over pauses everything behind it. ' +
      'For a change of CA, give a file with the old and the new one, change the hub’s certificate, then give the new one alone.',
    examples: [
      { does: 'Who would be asked?', run: 'moorage agent settings --url https://moorage.example.org --dry-run' },
      { does: 'One cluster first', run: 'moorage agent settings edge --url https://moorage.example.org' },
      { does: 'Another CA, in all clusters', run: 'moorage agent settings --ca both-cas.pem' },
    ],
  })
    .argument('[clusters...]', 'names of clusters (default: every cluster with an agent)')
    .option('--url <url>', 'where agents dial from now on', parseHubAddress)
    .option('--ca <file>', 'PEM file of all the CAs that are trusted then')
    .option('--dry-run', 'only say who would be asked, and in which wave')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (clusters: string[], { url, ca, dryRun, output }: Options, command) => {
      if (url === undefined && ca === undefined) throw usage('What is to change?', 'Give --url, --ca or both.')
      const input = given({
        hubUrl: url,
        ca: ca === undefined ? undefined : await readInput(io, ca, 'CA bundle'),
        clusters: clusters.length > 0 ? clusters : undefined,
        dryRun,
      })
      await using hub = await openHub(io, command)
      const { complete, items } = await followRollOut(io, 'Asking the agents', live =>
        hub.api.agents.settings(input, live),
      )
      printList(io, output, { items, total: items.length }, agentOutcomes(painter(io.env, io.stdout)))
      if (!complete) throw new Exit(exitCodes.failed)
    })
