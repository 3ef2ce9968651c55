import { Option } from 'commander'
import { given } from '../../args/given.ts'
import { define } from '../../define.ts'
import { usage } from '../../failure.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage cluster update` */
export const update = (io: Io) =>
  define('update', {
    summary: 'Move a cluster to another project, or change its mode',
    description:
      'In full mode the hub may do what the credential may do; in read-only mode it sends nothing but reads, whatever the credential could.',
    examples: [
      { does: 'Into another project', run: 'moorage cluster update prod --project shop' },
      { does: 'Let the hub only read from now on', run: 'moorage cluster update prod --mode read-only' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .option('--project <project>', 'the project that it goes into')
    .addOption(new Option('--mode <mode>', 'what the hub may do in it').choices(['read-only', 'full']))
    .action(async (cluster: string, options: { project?: string; mode?: 'read-only' | 'full' }, command) => {
      const { project, mode } = options
      if (project === undefined && mode === undefined)
        throw usage(
          'Nothing to change was given.',
          'Give --project or --mode; "cluster label" and "cluster rename" change the rest.',
        )
      await using hub = await openHub(io, command)
      const updated = await hub.api.clusters.update({ cluster, ...given({ project, mode }) }, { signal: io.signal })
      say(io, `${updated.name}: project ${updated.project}, mode ${updated.mode}`)
    })
