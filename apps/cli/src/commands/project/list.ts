import type { Project } from '@moorage/contract/project.ts'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import type { Io } from '../../io.ts'
import { clean } from '../../print/clean.ts'
import { type Format, type ListView, outputOption, printList } from '../../print/output.ts'

/** `moorage project list` */
export const list = (io: Io) =>
  define('list', {
    summary: 'List projects with their clusters',
    examples: [{ does: 'Which are there?', run: 'moorage project list' }],
  })
    .alias('ls')
    .addOption(outputOption(['table', 'json', 'yaml', 'name']))
    .action(async (options: { output: Format }, command) => {
      await using hub = await openHub(io, command)
      const { items } = await hub.api.projects.list(undefined, { signal: io.signal })
      printList(io, options.output, { items, total: items.length }, view())
    })

const view = (): ListView<Project> => ({
  name: item => item.name,
  empty: 'There are no projects that you may see.',
  columns: [
    { title: 'NAME', value: item => item.name },
    { title: 'CLUSTERS', value: item => item.clusters.map(({ name }) => name).join(',') || '-', shrink: true },
    { title: 'DESCRIPTION', value: item => clean(item.description), drop: 1 },
  ],
})
