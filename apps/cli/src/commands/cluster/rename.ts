import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage cluster rename` */
export const rename = (io: Io) =>
  define('rename', {
    summary: 'Give a cluster another name; its id stays',
    examples: [{ does: 'From prod to prod-eu', run: 'moorage cluster rename prod prod-eu' }],
  })
    .argument('<cluster>', 'name or id')
    .argument('<new-name>', 'the name that it gets')
    .action(async (cluster: string, name: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      const updated = await hub.api.clusters.update({ cluster, name }, { signal: io.signal })
      say(io, `${cluster} is now called ${updated.name}.`)
    })
