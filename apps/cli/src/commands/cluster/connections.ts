import type { ConnectionEvent } from '@moorage/contract/agent.ts'
import { wholeNumber } from '../../args/count.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { age } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage cluster connections` */
export const connections = (io: Io) =>
  define('connections', {
    summary: 'What happened to the connections of a cluster’s agent, newest first',
    examples: [{ does: 'Why was it away last night?', run: 'moorage cluster connections edge --limit 50' }],
  })
    .argument('<cluster>', 'name or id')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .action(async (cluster: string, { limit, output }: { limit: number; output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.clusters.connectionEvents({ cluster, limit }, { signal: io.signal })
      printList(io, output, { items, total: items.length }, view(io.now()))
    })

const view = (now: Date): ListView<ConnectionEvent> => ({
  name: event => event.at,
  empty: 'Nothing happened to its connections in the last 7 days.',
  columns: [
    { title: 'AGE', value: event => age(event.at, now) },
    { title: 'WHAT', value: event => event.type },
    { title: 'REASON', value: event => clean(event.reason) },
    { title: 'AGENT', value: event => clean(event.agent ?? '') },
    { title: 'MESSAGE', value: event => clean(event.message), wrap: true },
  ],
  wide: [
    { title: 'FROM', value: event => clean(event.address ?? '') },
    { title: 'REPLICA', value: event => clean(event.replica) },
  ],
})
