import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { readPages } from '../../hub/pages.ts'
import type { Io } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'
import { spin } from '../../progress/spin.ts'
import { nodeView } from '../../views/inventory.ts'

/** `moorage cluster nodes` */
export const nodes = (io: Io) =>
  define('nodes', {
    summary: 'List the nodes of a cluster',
    description:
      'CPU and MEMORY are what pods request, as a share of what the node can give. -o wide adds addresses, system and provider id.',
    examples: [
      { does: 'Nodes with what is requested of them', run: 'moorage cluster nodes prod' },
      { does: 'With addresses and provider ids', run: 'moorage cluster nodes prod -o wide' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addOption(limitOption(0))
    .addOption(outputOption())
    .action(async (cluster: string, options: { limit: number; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const found = await spin(io, 'Listing nodes', () =>
        readPages(options.limit, page => hub.api.inventory.nodes({ cluster, ...page }, { signal: io.signal })),
      )
      printList(io, options.output, found, nodeView(io.now(), painter(io.env, io.stdout)))
    })
