import { labelChanges, showLabels } from '../../args/labels.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'

/** `moorage cluster label` */
export const label = (io: Io) =>
  define('label', {
    summary: 'Set labels of a cluster with key=value, remove them with key-',
    description: 'The labels are kept by the hub; nothing is written into the cluster.',
    examples: [{ does: 'Set two labels and remove one', run: 'moorage cluster label prod env=prod team=shop old-' }],
  })
    .argument('<cluster>', 'name or id')
    .argument('<change...>', 'key=value or key-')
    .action(async (cluster: string, changes: string[], _options: unknown, command) => {
      const labels = labelChanges(changes)
      await using hub = await openHub(io, command)
      const updated = await hub.api.clusters.update({ cluster, labels }, { signal: io.signal })
      say(io, `${updated.name}: ${showLabels(updated.labels) || 'no labels'}`)
    })
