import { InventoryKind } from '@moorage/contract/inventory.ts'
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
import { objectView } from '../../views/inventory.ts'

/** `moorage cluster objects` */
export const objects = (io: Io) =>
  define('objects', {
    summary: 'List objects of a cluster’s inventory, of one kind or all',
    examples: [
      { does: 'Pods of a namespace', run: 'moorage cluster objects prod --kind Pod -n shop' },
      { does: 'Storage classes as JSON', run: 'moorage cluster objects prod --kind StorageClass -o json' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addOption(new Option('--kind <kind>', 'only one kind').choices(InventoryKind.options))
    .option('-n, --namespace <namespace>', 'only one namespace')
    .addOption(limitOption(500))
    .addOption(outputOption())
    .action(
      async (
        cluster: string,
        options: { kind?: InventoryKind; namespace?: string; limit: number; output: Format },
        command,
      ) => {
        await using hub = await openHub(io, command)
        const { kind, namespace } = options
        const found = await spin(io, 'Listing objects', () =>
          readPages(options.limit, page =>
            hub.api.inventory.objects({ cluster, ...given({ kind, namespace }), ...page }, { signal: io.signal }),
          ),
        )
        printList(io, options.output, found, objectView(io.now(), painter(io.env, io.stdout), false))
      },
    )
