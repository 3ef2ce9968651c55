import type { Metrics } from '@moorage/contract/inventory.ts'
import { Option } from 'commander'
import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { age } from '../../print/age.ts'
import { clean } from '../../print/clean.ts'
import { outputOption, printData } from '../../print/output.ts'
import { cpu, memory, percent } from '../../print/quantity.ts'
import { sparkline } from '../../print/sparkline.ts'
import { table } from '../../print/table.ts'

/** Cells of the small charts. */
const CHART = 40

/** `moorage cluster top` */
export const top = (io: Io) =>
  define('top', {
    summary: 'CPU and memory in use, of the cluster over time and of each node now',
    description: 'The numbers come from metrics.k8s.io; where the cluster has no metrics-server, it says so.',
    examples: [
      { does: 'Now, and over the last hour', run: 'moorage cluster top prod' },
      { does: 'Over a week, for a program', run: 'moorage cluster top prod --range 7d -o json' },
    ],
  })
    .argument('<cluster>', 'name or id')
    .addOption(new Option('--range <range>', 'how far back').choices(['1h', '24h', '7d']).default('1h'))
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(
      async (cluster: string, options: { range: '1h' | '24h' | '7d'; output: 'table' | 'json' | 'yaml' }, command) => {
        await using hub = await openHub(io, command)
        const metrics = await hub.api.inventory.metrics({ cluster, range: options.range }, { signal: io.signal })
        if (options.output !== 'table') return printData(io, options.output, metrics)
        if (!metrics.available) note(io, clean(metrics.reason))
        if (metrics.points.length > 0) say(io, overTime(metrics, options.range))
        if (metrics.nodes.length > 0) say(io, nodesNow(metrics, io.now()))
      },
    )

function overTime({ points, allocatable }: Metrics, range: string): string {
  const line = (name: string, values: number[], show: (value: number) => string, whole: number | undefined) => ({
    name,
    now: show(values.at(-1) ?? 0),
    share: percent(values.at(-1) ?? 0, whole ?? 0),
    peak: show(Math.max(...values)),
    chart: sparkline(values, CHART),
  })
  const rows = [
    line(
      'CPU',
      points.map(([, milli]) => milli),
      cpu,
      allocatable?.cpuMilli,
    ),
    line(
      'MEMORY',
      points.map(([, , bytes]) => bytes),
      memory,
      allocatable?.memoryBytes,
    ),
  ]
  const columns = [
    { title: '', value: (row: (typeof rows)[0]) => row.name },
    { title: 'NOW', value: (row: (typeof rows)[0]) => row.now },
    { title: 'SHARE', value: (row: (typeof rows)[0]) => row.share },
    { title: 'PEAK', value: (row: (typeof rows)[0]) => row.peak },
    { title: `LAST ${range}`, value: (row: (typeof rows)[0]) => row.chart },
  ]
  return `${table(columns, rows)}\n`
}

const nodesNow = ({ nodes }: Metrics, now: Date) =>
  table(
    [
      { title: 'NODE', value: node => clean(node.name) },
      { title: 'CPU', value: node => cpu(node.cpuMilli), align: 'right' },
      { title: 'MEMORY', value: node => memory(node.memoryBytes), align: 'right' },
      { title: 'MEASURED', value: node => `${age(node.at, now)} ago` },
    ],
    nodes.toSorted((a, b) => b.cpuMilli - a.cpuMilli),
  )
