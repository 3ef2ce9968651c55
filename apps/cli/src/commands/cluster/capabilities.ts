import type { Capability } from '@moorage/contract/cluster.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { painter } from '../../print/colour.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage cluster capabilities` */
export const capabilities = (io: Io) =>
  define('capabilities', {
    summary: 'What a cluster allows now, and why the rest is not allowed',
    examples: [{ does: 'Can this cluster be deleted from here?', run: 'moorage cluster capabilities prod' }],
  })
    .argument('<cluster>', 'name or id')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (cluster: string, { output }: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.clusters.capabilities({ cluster }, { signal: io.signal })
      printList(io, output, { items, total: items.length }, view(io))
    })

function view(io: Io): ListView<Capability> {
  const paint = painter(io.env, io.stdout)
  return {
    name: capability => capability.name,
    empty: 'Nothing is known yet.',
    columns: [
      { title: 'CAPABILITY', value: capability => capability.name },
      { title: 'ALLOWED', value: capability => (capability.allowed ? paint('green', 'yes') : 'no') },
      { title: 'BECAUSE', value: capability => clean(capability.because), wrap: true },
    ],
  }
}
