import type { FoundRecording } from '@moorage/contract/recording.ts'
import { Option } from 'commander'
import { parseDuration } from '../../args/duration.ts'
import { given } from '../../args/given.ts'
import { limitOption } from '../../args/limit.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { counted, readPages } from '../../hub/pages.ts'
import type { Io } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'
import { memory } from '../../print/quantity.ts'

interface Options {
  actor?: string
  cluster?: string
  namespace?: string
  pod?: string
  typed?: string
  since?: number
  limit: number
  output: Format
}

/** `moorage audit sessions` */
export const sessions = (io: Io) =>
  define('sessions', {
    summary: 'List recorded sessions in pods, newest first',
    examples: [
      { does: 'Who was in the shop’s pods?', run: 'moorage audit sessions --cluster prod -n shop' },
      { does: 'Who has typed that?', run: 'moorage audit sessions --typed "drop table"' },
    ],
  })
    .option('--actor <who>', 'only of the person, service account or token of this name or id')
    .option('--cluster <cluster>', 'only in this cluster: id or name')
    .option('-n, --namespace <namespace>', 'only in this namespace')
    .option('--pod <pod>', 'only in this pod')
    .option('--typed <text>', 'only where a typed line, or the command, has this in it')
    .addOption(new Option('--since <span>', 'only of the last span, such as 2h').argParser(parseDuration))
    .addOption(limitOption(100))
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async ({ limit, output, since, ...filters }: Options, command) => {
      await using hub = await openHub(io, command)
      const from = since === undefined ? undefined : new Date(io.now().getTime() - since * 1000).toISOString()
      const { actor, cluster, namespace, pod, typed } = filters
      const query = given({ actor, cluster, namespace, pod, typed, since: from })
      const found = await readPages(limit, page =>
        hub.api.recordings.list({ ...query, ...page }, { signal: io.signal }),
      )
      printList(io, output, found, typed === undefined ? view : searched)
    })

const view: ListView<FoundRecording> = {
  name: ({ id }) => id,
  empty: 'There are no such sessions.',
  counted: counted.recordings,
  columns: [
    { title: 'STARTED', value: ({ startedAt }) => startedAt },
    { title: 'ID', value: ({ id }) => id },
    { title: 'WHO', value: ({ actor }) => clean(actor.name) },
    { title: 'CLUSTER', value: ({ cluster }) => clean(cluster.name) },
    { title: 'POD', value: ({ kind, namespace, pod }) => (kind === 'kubectl' ? '-' : clean(`${namespace}/${pod}`)) },
    {
      title: 'COMMAND',
      value: ({ kind, command }) => clean(kind === 'attach' ? '(attach)' : command.join(' ')),
      shrink: true,
    },
    { title: 'STATE', value: ({ state }) => state },
    { title: 'EXIT', value: ({ exitCode }) => `${exitCode ?? '-'}` },
    { title: 'SIZE', value: ({ bytes }) => memory(bytes) },
  ],
}

const searched: ListView<FoundRecording> = {
  ...view,
  columns: [
    ...view.columns.slice(0, 5),
    { title: 'TYPED', value: ({ matches }) => matches.map(({ line }) => clean(line)).join(' · '), shrink: true },
  ],
}
