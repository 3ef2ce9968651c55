import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, say } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { cellsOf } from '../../print/wrap.ts'
import { spin } from '../../progress/spin.ts'
import { describeCluster } from '../../views/describe-cluster.ts'

/** The newest events that a description ends with. */
const EVENTS = 20

/** `moorage cluster describe` */
export const describe = (io: Io) =>
  define('describe', {
    summary: 'Describe a cluster: facts with their evidence, conditions, credential, inventory, events',
    examples: [{ does: 'Why is it in this phase?', run: 'moorage cluster describe prod' }],
  })
    .argument('<cluster>', 'name or id')
    .action(async (cluster: string, _options: unknown, command) => {
      await using hub = await openHub(io, command)
      const call = { signal: io.signal }
      const [found, events, sync] = await spin(io, `Reading ${cluster}`, () =>
        Promise.all([
          hub.api.clusters.get({ cluster }, call),
          hub.api.inventory.events({ cluster, limit: EVENTS }, call),
          hub.api.clusters.sync({ cluster }, call),
        ]),
      )
      // Until its agent has joined, what it waits for is most of what there is to say.
      const steps = found.uid === null ? (await hub.api.clusters.importSteps({ cluster: found.id }, call)).steps : []
      const more = { events: events.items, sync: sync.kinds, steps }
      say(io, describeCluster(found, more, io.now(), painter(io.env, io.stdout), cellsOf(io.stdout)))
    })
