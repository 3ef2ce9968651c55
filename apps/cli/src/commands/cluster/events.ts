import type { Event } from '@moorage/contract/inventory.ts'
import { Option } from 'commander'
import { parseDuration } from '../../args/duration.ts'
import { given } from '../../args/given.ts'
import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { follow } from '../../hub/follow.ts'
import { type Hub, openHub } from '../../hub/open.ts'
import { counted, readPages } from '../../hub/pages.ts'
import { type Io, say } from '../../io.ts'
import { age } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { painter } from '../../print/colour.ts'
import { type Format, outputOption, printList } from '../../print/output.ts'
import { eventView } from '../../views/inventory.ts'

interface Options {
  namespace?: string
  type?: 'Normal' | 'Warning'
  since?: number
  follow?: true
  limit: number
  output: Format
}

/** Events read at one change while following; more than that in half a second is a storm, whose end is what counts. */
const AT_ONCE = 200

/** `moorage cluster events` */
export const events = (io: Io) =>
  define('events', {
    summary: 'List or follow the events of a cluster, newest first',
    description: 'Moorage keeps events for seven days; a cluster itself keeps them for an hour.',
    examples: [
      { does: 'Warnings of the last two hours', run: 'moorage cluster events prod --type Warning --since 2h' },
      { does: 'Follow what happens', run: 'moorage cluster events prod --follow' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .option('-n, --namespace <namespace>', 'only one namespace')
    .addOption(new Option('--type <type>', 'only one type').choices(['Normal', 'Warning']))
    .addOption(new Option('--since <span>', 'only those seen in the last span, such as 2h').argParser(parseDuration))
    .option('-f, --follow', 'go on and print what happens, oldest first, until Ctrl-C')
    .addOption(limitOption(100))
    .addOption(outputOption(['table', 'wide', 'json', 'yaml']))
    .action(async (cluster: string, options: Options, command) => {
      await using hub = await openHub(io, command)
      const { namespace, type } = options
      const since = options.since && new Date(io.now().getTime() - options.since * 1000).toISOString()
      const query = { cluster, ...given({ namespace, type, since: since || undefined }) }
      const read = (limit: number) =>
        readPages(limit, page => hub.api.inventory.events({ ...query, ...page }, { signal: io.signal }))
      if (!options.follow)
        return printList(io, options.output, await read(options.limit), {
          ...eventView(io.now(), painter(io.env, io.stdout)),
          counted: counted.events,
        })
      await followEvents(
        io,
        hub,
        cluster,
        () => read(Math.min(options.limit || AT_ONCE, AT_ONCE)),
        options.output === 'json',
      )
    })

async function followEvents(io: Io, hub: Hub, ref: string, read: () => Promise<{ items: Event[] }>, json: boolean) {
  const { id } = await hub.api.clusters.get({ cluster: ref }, { signal: io.signal })
  const printed = new Map<string, number>()
  const paint = painter(io.env, io.stdout)
  const wanted = (change: { type: string; cluster: string }) => change.type === 'events' && change.cluster === id
  await follow(io, hub, wanted, async () => {
    const { items } = await read()
    for (const event of items.toReversed()) {
      if (printed.get(event.id) === event.count) continue
      printed.set(event.id, event.count)
      say(io, json ? JSON.stringify(event) : line(event))
    }
  })

  function line(event: Event): string {
    const object = `${event.namespace ? `${event.namespace}/` : ''}${event.kind.toLowerCase()}/${event.name}`
    const type = event.type === 'Warning' ? paint('yellow', event.type) : clean(event.type)
    const seen = `${age(event.lastSeen, io.now())} ago`.padEnd(10)
    return `${seen} ${type} ${clean(event.reason)} ${clean(object)}: ${clean(event.message)}${event.count > 1 ? ` (×${event.count})` : ''}`
  }
}
