import { findNamed } from '../../access/find-named.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { outputOption, printData } from '../../print/output.ts'

/** `moorage role get` */
export const get = (io: Io) =>
  define('get', {
    summary: 'Print a role with everything in it',
    examples: [{ does: 'As YAML', run: 'moorage role get namespace-admin' }],
  })
    .argument('<role>', 'name of the role')
    .addOption(outputOption(['yaml', 'json']))
    .action(async (name: string, options: { output: 'yaml' | 'json' }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.roles.list(undefined, { signal: io.signal })
      printData(io, options.output, findNamed(items, 'role', name))
    })
