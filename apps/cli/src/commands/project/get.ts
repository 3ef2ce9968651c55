import { findNamed } from '../../access/find-named.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { outputOption, printData } from '../../print/output.ts'

/** `moorage project get` */
export const get = (io: Io) =>
  define('get', {
    summary: 'Print a project with everything in it',
    examples: [{ does: 'As YAML', run: 'moorage project get payments' }],
  })
    .argument('<project>', 'name of the project')
    .addOption(outputOption(['yaml', 'json']))
    .action(async (name: string, options: { output: 'yaml' | 'json' }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.projects.list(undefined, { signal: io.signal })
      printData(io, options.output, findNamed(items, 'project', name))
    })
