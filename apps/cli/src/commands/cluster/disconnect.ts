import type { DisconnectPreview, Phase } from '@moorage/contract/cluster.ts'
import { Option } from 'commander'
import { lastChance, mayComeBack } from '../../agent/last-chance.ts'
import { watchRemoval } from '../../agent/watch-removal.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { printData } from '../../print/output.ts'
import { fold } from '../../print/wrap.ts'
import { spin } from '../../progress/spin.ts'
import { confirmOrCancel } from '../../prompt.ts'
import { receiptText, showRef } from '../../views/receipt.ts'

interface Options {
  yes?: true
  force?: true
  dryRun?: true
  output: 'text' | 'json' | 'yaml'
}

/** `moorage cluster disconnect` */
export const disconnect = (io: Io) =>
  define('disconnect', {
    summary: 'Let a cluster go: remove what Moorage put into it, forget its credential, print the receipt',
    description:
      'The cluster itself lives on, and nothing that others made in it is touched. Works when the cluster is gone, too: with --force, what could not be removed is listed on the receipt.',
    examples: [
      { does: 'See what would happen, then decide', run: 'moorage cluster disconnect prod' },
      { does: 'Only see it', run: 'moorage cluster disconnect prod --dry-run -o json' },
      {
        does: 'In a script, with the receipt as JSON',
        run: 'moorage cluster disconnect prod --yes -o json > receipt.json',
      },
    ],
  })
    .argument('<cluster>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'only show what would be removed, forgotten and kept')
    .option(
      '--force',
      'do not wait for a cluster that does not answer; where its agent was there lately, a countdown comes first, unless --yes',
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print the receipt, or what --dry-run shows')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .action(async (cluster: string, options: Options, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      const [found, preview] = await Promise.all([
        hub.api.clusters.get({ cluster }, call),
        hub.api.clusters.previewDisconnect({ cluster }, call),
      ])
      const lines = previewLines(preview, found.phase)
      if (options.dryRun) {
        if (options.output !== 'text') return printData(io, options.output, preview)
        for (const line of lines) say(io, fold(io.stdout, line))
        return
      }
      for (const line of lines) note(io, fold(io.stderr, line))
      if (!options.yes)
        await confirmOrCancel(io, `Disconnect ${preview.cluster}?`, 'Add --yes to disconnect without being asked.')
      // Who asked not to be asked does not wait either.
      const waits = options.force && !options.yes && !preview.reachable && preview.removes.length > 0
      const back = waits && mayComeBack(found, io.now()) && (await lastChance(io, hub, found))
      const force = options.force === true && !back
      const receipt = await spin(io, `Disconnecting ${preview.cluster}`, async ({ update }) => {
        await using _watched = watchRemoval(io, hub, { ...preview, byAgent: found.connection === 'agent' }, update)
        return await hub.api.clusters.disconnect({ cluster, force }, call)
      })
      if (options.output !== 'text') return printData(io, options.output, receipt)
      say(io, fold(io.stdout, receiptText(receipt, io.now())))
    })

/** What a disconnect will do, for the person who is asked. */
export const previewLines = (
  { cluster, reachable, removes, forgets, keeps }: DisconnectPreview,
  phase: Phase,
): string[] => [
  `Disconnecting ${cluster}${reachable ? '' : phase === 'Pending' ? ', which has not joined,' : ', which does not answer now,'} will`,
  ...(removes.length > 0
    ? ['  remove from it:', ...removes.map(ref => `    - ${showRef(ref)}`)]
    : ['  remove nothing from it, as Moorage has put nothing into it;']),
  '  forget here:',
  ...forgets.map(sentence => `    - ${clean(sentence)}`),
  '  keep:',
  ...keeps.map(sentence => `    - ${clean(sentence)}`),
]
