import { numberOption, wordOption } from './option.ts'
import { execs } from './proxy/execs.ts'
import { lists } from './proxy/lists.ts'
import { small } from './proxy/small.ts'
import { openStage, type Stage } from './proxy/stage.ts'
import { watches } from './proxy/watches.ts'
import { type Figure, report } from './report.ts'
import { type Table, tableOf } from './tunnel/table.ts'

interface Size extends Record<string, number> {
  seconds: number
  rate: number
  pods: number
  watches: number
}

/** In this order: a hub that has done nothing else holds no garbage of it. */
const groups: Record<string, { about: string; run(stage: Stage, table: Table, size: Size): Promise<void> }> = {
  watches: {
    about: 'idle watches in parallel: memory of the hub for each, beside a bare relay of TLS',
    run: (stage, table, size) => watches(stage, table, { count: size.watches }),
  },
  small: {
    about: 'small GETs at a fixed rate, as admin and as a person: added p50 and p99, CPU of hub and agent for each',
    run: (stage, table, { rate, seconds }) => small(stage, table, { rate, seconds }),
  },
  lists: {
    about: 'lists of pods, JSON and table: speed and first byte against direct, CPU, memory of the hub',
    run: (stage, table, { pods }) => lists(stage, table, { pods }),
  },
  exec: {
    about: 'exec starts per second, each recorded; CPU for each',
    run: (stage, table, { seconds }) => execs(stage, table, { seconds }),
  },
}

export const proxyHelp = `./run bench proxy [OPTIONS]
kubectl's requests straight to an API server, through the hub to a cluster that it dials, and through the hub and an
agent, beside each other. A person's requests are made in their own name, by rights that the hub put into the cluster.

--only A,B,…  these groups alone:
${Object.entries(groups)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}
--seconds N   of each run at a fixed rate, and of exec starts (10)
--rate N      requests per second (500)
--pods N      size of the larger list (10000); the smaller one is a page of 1,000
--watches N   in parallel (1000); through an agent 300
--postgres    the hub's database is a PostgreSQL process, whose CPU is not the hub's; else the embedded one, whose is

In less than a minute: ./run bench proxy --pods 1000 --watches 200 --seconds 3 --only small,watches
`

/** kubectl's requests on each way, beside each other. */
export async function proxy(args: string[]): Promise<void> {
  const size: Size = {
    seconds: numberOption(args, 'seconds', 10),
    rate: numberOption(args, 'rate', 500),
    pods: numberOption(args, 'pods', 10_000),
    watches: numberOption(args, 'watches', 1_000),
  }
  const chosen = wordOption(args, 'only')?.split(',') ?? Object.keys(groups)
  const unknown = chosen.filter(name => !groups[name])
  if (unknown.length > 0) {
    throw new RangeError(`There is no group ${unknown.join(', ')}; there are: ${Object.keys(groups).join(', ')}.`)
  }
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)
  const figures: Figure[] = []
  const table = tableOf(figures)
  await using stack = new AsyncDisposableStack()
  const stage = await openStage(stack, { pods: size.pods, postgres: args.includes('--postgres'), say })
  for (const [name, group] of Object.entries(groups)) {
    if (!chosen.includes(name)) continue
    say(name)
    try {
      await group.run(stage, table, size)
    } catch (error) {
      // What the others have measured is not lost with it.
      table.missing(name, error instanceof Error ? error.message : String(error))
      process.exitCode = 1
    }
  }
  report('proxy', size, figures)
}
