import { join, resolve } from 'node:path'
import { makeFolder } from '@moorage/hub/store/make-folder.ts'
import { Option } from 'commander'
import { followRollOut } from '../../agent/follow-roll-out.ts'
import { parseDuration } from '../../args/duration.ts'
import { define } from '../../define.ts'
import { exitCodes } from '../../exit-codes.ts'
import { Exit, usage } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'
import { agentOutcomes } from '../../views/agent-outcomes.ts'
import { writePrivate } from '../../write-private.ts'

/** s; one request to the hub waits for all of it. */
const LONGEST_WAIT = 900

function parseWait(text: string): number {
  const seconds = parseDuration(text)
  if (seconds <= LONGEST_WAIT) return seconds
  throw usage(`An agent is waited for 15m at most, not ${text}.`, 'Give a shorter --wait; an upgrade can be run again.')
}

interface Options {
  wait: number
  manifests?: string
  dryRun?: true
  output: Format
}

/** `moorage agent upgrade` */
export const upgrade = (io: Io) =>
  define('upgrade', {
    summary: 'Upgrade agents to the version of the hub, in waves',
    description:
      'One cluster, then a tenth of them, then the rest. A wave begins when every agent of the one before has come back; the first failure pauses everything behind it, and the image of before is put back. ' +
      'An agent in full mode is upgraded by the hub, which also takes rights from it that the new version no longer needs. ' +
      'Rights are given by the owner of a cluster alone: of a read-only one, and where the new version needs more, it is the manifest that is answered; --manifests writes them to files.',
    examples: [
      { does: 'What would be done, in which wave?', run: 'moorage agent upgrade --dry-run' },
      { does: 'One cluster', run: 'moorage agent upgrade edge' },
      { does: 'All, with manifests for the read-only ones', run: 'moorage agent upgrade --manifests ./upgrade' },
    ],
  })
    .argument('[clusters...]', 'names of clusters (default: every cluster with an agent)')
    .addOption(
      new Option('--wait <span>', 'how long an agent may take to come back, 15m at most')
        .argParser(parseWait)
        .default(180, '3m'),
    )
    .option('--dry-run', 'only say what would be done, and in which wave')
    .option('--manifests <folder>', 'write the manifests that owners apply to files there')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (clusters: string[], { wait, manifests, dryRun, output }: Options, command) => {
      await using hub = await openHub(io, command)
      const input = { waitSeconds: wait, ...(clusters.length > 0 && { clusters }), ...(dryRun && { dryRun }) }
      const { complete, items } = await followRollOut(io, 'Upgrading agents', live =>
        hub.api.agents.upgrade(input, live),
      )
      printList(io, output, { items, total: items.length }, agentOutcomes(painter(io.env, io.stdout)))
      const byHand = items.flatMap(({ cluster, manifest }) => (manifest === null ? [] : [{ cluster, manifest }]))
      if (manifests !== undefined) await writeManifests(io, resolve(io.cwd, manifests), byHand)
      else if (byHand.length > 0) note(io, '--manifests ./upgrade writes what the owners of these clusters apply.')
      if (!complete) throw new Exit(exitCodes.failed)
    })

async function writeManifests(io: Io, folder: string, manifests: { cluster: string; manifest: string }[]) {
  await makeFolder(folder)
  for (const { cluster, manifest } of manifests) {
    const file = join(folder, `${cluster}.yaml`)
    await writePrivate(file, manifest)
    note(io, `The manifest of ${cluster} is in ${file}.`)
  }
}
