import type { Cluster } from '@moorage/contract/cluster.ts'
import { collect } from '../../args/count.ts'
import { given } from '../../args/given.ts'
import { define } from '../../define.ts'
import { follow } from '../../hub/follow.ts'
import { openHub } from '../../hub/open.ts'
import { readPages } from '../../hub/pages.ts'
import { type Io, say } from '../../io.ts'
import { painter } from '../../print/colour.ts'
import { outputOption } from '../../print/output.ts'
import { table } from '../../print/table.ts'
import { live } from '../../progress/live.ts'
import { clusterView } from '../../views/cluster.ts'

/** ms; the ages in the table move on even when nothing else does. */
const REDRAW_EVERY = 1000

/** `moorage cluster watch` */
export const watch = (io: Io) =>
  define('watch', {
    summary: 'Watch clusters: a table that stays up to date until Ctrl-C',
    description:
      'Where the output is no terminal, a line is printed for each cluster at first and then whenever it changes.',
    examples: [
      { does: 'The whole fleet', run: 'moorage cluster watch' },
      { does: 'One JSON object for each change, for a program', run: 'moorage cluster watch -l env=prod -o json' },
    ],
  })
    .option('--project <project>', 'only those of a project')
    .option('-l, --selector <selector>', 'by labels; given several times, all must match', collect)
    .addOption(outputOption(['table', 'json', 'name']))
    .action(async (options: { project?: string; selector?: string[]; output: string }, command) => {
      await using hub = await openHub(io, command)
      const query = given({ project: options.project, selector: options.selector?.join(',') })
      const show = options.output === 'table' && io.stdout.isTTY ? liveTable(io) : changeLines(io, options.output)
      try {
        await follow(
          io,
          hub,
          ({ type }) => type === 'cluster' || type === 'gone',
          async () =>
            show.clusters(
              (await readPages(0, page => hub.api.clusters.list({ ...query, ...page }, { signal: io.signal }))).items,
            ),
        )
      } finally {
        show.end()
      }
    })

interface Show {
  clusters(clusters: Cluster[]): void
  end(): void
}

function liveTable(io: Io): Show {
  const lines = live(io.stdout)
  const paint = painter(io.env, io.stdout)
  let known: Cluster[] | undefined
  const draw = () => {
    if (!known) return
    const view = clusterView(io.now(), paint)
    lines.draw(
      known.length === 0
        ? [view.empty]
        : table(view.columns, known, { maxWidth: (io.stdout.columns ?? 80) - 1 }).split('\n'),
    )
  }
  const timer = setInterval(draw, REDRAW_EVERY)
  return {
    clusters(clusters) {
      known = clusters
      draw()
    },
    end() {
      clearInterval(timer)
      lines.end(true)
    },
  }
}

/** What a line is about: a cluster whose new answer differs only in when it was seen has not changed. */
const essence = ({ lastSeen, conditions, ...rest }: Cluster) =>
  JSON.stringify([rest, conditions.map(({ lastSeen: _, ...condition }) => condition), lastSeen === null])

function changeLines(io: Io, format: string): Show {
  const paint = painter(io.env, io.stdout)
  let known = new Map<string, { name: string; essence: string }>()
  let titled = false
  return {
    clusters(clusters) {
      const changed = clusters.filter(cluster => known.get(cluster.id)?.essence !== essence(cluster))
      const gone = [...known].filter(([id]) => !clusters.some(cluster => cluster.id === id))
      known = new Map(clusters.map(cluster => [cluster.id, { name: cluster.name, essence: essence(cluster) }]))
      if (changed.length > 0) print(changed)
      for (const [id, { name }] of gone)
        say(io, format === 'json' ? JSON.stringify({ id, name, gone: true }) : `${name} is gone`)
    },
    end() {},
  }

  function print(clusters: Cluster[]): void {
    if (format === 'json') for (const cluster of clusters) say(io, JSON.stringify(cluster))
    else if (format === 'name') for (const cluster of clusters) say(io, cluster.name)
    else {
      const [titles, ...rows] = table(clusterView(io.now(), paint).columns, clusters).split('\n')
      for (const line of titled ? rows : [titles, ...rows]) say(io, line ?? '')
      titled = true
    }
  }
}
