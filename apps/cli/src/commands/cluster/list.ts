import { Phase } from '@moorage/contract/cluster.ts'
import { Option } from 'commander'
import { collect } from '../../args/count.ts'
import { given } from '../../args/given.ts'
import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { readPages } from '../../hub/pages.ts'
import type { Io } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'
import { spin } from '../../progress/spin.ts'
import { clusterView } from '../../views/cluster.ts'

/** `moorage cluster list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List clusters',
    description:
      'Shows what the hub last saw; SEEN says when that was. CPU and MEMORY are what pods request, as a share of what nodes can give.',
    examples: [
      { does: 'Everything', run: 'moorage cluster list' },
      { does: 'Production clusters that are in trouble', run: 'moorage cluster list -l env=prod --phase Unreachable' },
      { does: 'Names only, for a loop', run: 'moorage cluster list -o name --project shop' },
    ],
  })
    .alias('ls')
    .option('--project <project>', 'only those of a project')
    .option(
      '-l, --selector <selector>',
      "by labels, such as env=prod,tier!=test or 'env in (a,b)'; given several times, all must match",
      collect,
    )
    .addOption(new Option('--phase <phase>', 'only those in a phase').choices(Phase.options))
    .addOption(limitOption(0))
    .addOption(outputOption())
    .action(
      async (
        options: { project?: string; selector?: string[]; phase?: Phase; limit: number; output: Format },
        command,
      ) => {
        await using hub = await openHub(io, command)
        const { project, phase } = options
        const query = given({ project, phase, selector: options.selector?.join(',') })
        const found = await spin(io, 'Listing clusters', () =>
          readPages(options.limit, page => hub.api.clusters.list({ ...query, ...page }, { signal: io.signal })),
        )
        const view = clusterView(io.now(), painter(io.env, io.stdout))
        const narrowed = Object.keys(query).length > 0
        printList(io, options.output, found, narrowed ? { ...view, empty: 'No cluster matches.' } : view)
      },
    )
