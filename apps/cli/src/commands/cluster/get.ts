import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printData, printList } from '../../print/output.ts'
import { clusterView } from '../../views/cluster.ts'

/** `moorage cluster get` */
export const get = (io: Io) =>
  define('get', {
    summary: 'Show one cluster',
    examples: [
      { does: 'One line', run: 'moorage cluster get prod' },
      { does: 'All that the hub knows of it', run: 'moorage cluster get prod -o json' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addOption(outputOption())
    .action(async (cluster: string, { output }: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const found = await hub.api.clusters.get({ cluster }, { signal: io.signal })
      if (output === 'json' || output === 'yaml') return printData(io, output, found)
      if (output === 'name') return say(io, found.name)
      printList(io, output, { items: [found], total: 1 }, clusterView(io.now(), painter(io.env, io.stdout)))
    })
