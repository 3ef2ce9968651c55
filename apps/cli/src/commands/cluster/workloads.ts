import { WorkloadKind } from '@moorage/contract/inventory.ts'
import { Option } from 'commander'
import { given } from '../../args/given.ts'
import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { readPages } from '../../hub/pages.ts'
import type { Io } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'
import { spin } from '../../progress/spin.ts'
import { workloadView } from '../../views/inventory.ts'

interface Options {
  kind?: (typeof WorkloadKind.options)[number]
  namespace?: string
  limit: number
  output: Format
}

/** `moorage cluster workloads` */
export const workloads = (io: Io) =>
  define('workloads', {
    summary: 'List Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs of a cluster',
    examples: [
      { does: 'All of them', run: 'moorage cluster workloads prod' },
      { does: 'Deployments of one namespace', run: 'moorage cluster workloads prod --kind Deployment -n shop' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addOption(new Option('--kind <kind>', 'only one kind').choices(WorkloadKind.options))
    .option('-n, --namespace <namespace>', 'only one namespace')
    .addOption(limitOption(500))
    .addOption(outputOption())
    .action(async (cluster: string, options: Options, command) => {
      await using hub = await openHub(io, command)
      const { kind, namespace } = options
      const found = await spin(io, 'Listing workloads', () =>
        readPages(options.limit, page =>
          hub.api.inventory.workloads({ cluster, ...given({ kind, namespace }), ...page }, { signal: io.signal }),
        ),
      )
      printList(io, options.output, found, workloadView(io.now(), painter(io.env, io.stdout)))
    })
