import { numberOption, wordOption } from './option.ts'
import { type Figure, report } from './report.ts'
import { bulk } from './tunnel/bulk.ts'
import { exec } from './tunnel/exec.ts'
import { type Cluster, openCluster, openExecWays } from './tunnel/exec-stage.ts'
import { far } from './tunnel/far.ts'
import { herd } from './tunnel/herd.ts'
import { neighbours } from './tunnel/neighbours.ts'
import { small } from './tunnel/small.ts'
import { type Table, tableOf } from './tunnel/table.ts'
import { watches } from './tunnel/watches.ts'
import { newSettings, openWays, type Ways } from './tunnel/ways.ts'

interface Run {
  size: Size
  table: Table
  stack: AsyncDisposableStack
  settings: Awaited<ReturnType<typeof newSettings>>
  /** Started once, by the first group that needs them. */
  ways(): Promise<Ways>
  cluster(): Promise<Cluster>
}

interface Size extends Record<string, number> {
  seconds: number
  mib: number
  'mib-each': number
  watches: number
  agents: number
}

/** Both sides of a burst hold this many connections more than there are watches. */
const BESIDE_WATCHES = 64

const groups: Record<string, { about: string; run(run: Run): Promise<void> }> = {
  small: {
    about: 'small GETs at 32 connections and at 500/s: rate, p50, p99, CPU of hub and agent',
    run: async ({ ways, table, size }) => small(await ways(), table, { seconds: size.seconds, whole: true }),
  },
  bulk: {
    about: '1 GiB down and up on one stream, 50 × 64 MiB down: speed, CPU of hub and agent',
    run: async ({ ways, table, size }) =>
      bulk(await ways(), table, { mib: size.mib, mibEach: size['mib-each'], whole: true }),
  },
  neighbours: {
    about: 'a stalled reader, and 50 downloads cut at once: what the others notice',
    run: async ({ ways, table, size }) => neighbours(await ways(), table, { seconds: size.seconds / 2, mib: size.mib }),
  },
  watches: {
    about: '1,000 watches opened in one moment: time, memory of each',
    run: ({ settings, table, size }) => watches(settings, table, size.watches),
  },
  exec: {
    about: 'exec starts per second, by the real agent at a real API server, CPU of hub and agent',
    run: async ({ stack, settings, cluster, table, size }) => {
      const where = await cluster()
      await exec(await openExecWays(stack, settings, where), where, table, size.seconds, true)
    },
  },
  far: {
    about: 'small GETs, bulk and exec with 20 and 40 ms of round trip added, and with 1 % loss',
    run: async ({ settings, cluster, table, size }) => far(settings, await cluster(), table, size.seconds / 5),
  },
  herd: {
    about: '1,000 idle agents at a real hub: memory and CPU of each, until all are back after a kill',
    run: async ({ settings, cluster, table, size }) => herd(settings, await cluster(), table, size.agents),
  },
}

export const tunnelHelp = `./run bench tunnel [OPTIONS]
Direct, a plain relay of two TLS hops (the fair ceiling), a hub that dials the server itself, and a hub with
the tunnel, all to the same server, each part a process of its own.

--only A,B,…   these groups alone:
${Object.entries(groups)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}
--seconds N    of each run of small requests (5)
--mib N        of one bulk transfer (1024)
--mib-each N   of each of 50 at once (64)
--watches N    (1000)
--agents N     (1000)
`

/** The tunnel beside what a user would have instead. */
export async function tunnel(args: string[]): Promise<void> {
  const size: Size = {
    seconds: numberOption(args, 'seconds', 5),
    mib: numberOption(args, 'mib', 1024),
    'mib-each': numberOption(args, 'mib-each', 64),
    watches: numberOption(args, 'watches', 1_000),
    agents: numberOption(args, 'agents', 1_000),
  }
  const chosen = wordOption(args, 'only')?.split(',') ?? Object.keys(groups)
  const unknown = chosen.filter(name => !groups[name])
  if (unknown.length > 0) {
    throw new RangeError(`There is no group ${unknown.join(', ')}; there are: ${Object.keys(groups).join(', ')}.`)
  }
  const figures: Figure[] = []
  await using stack = new AsyncDisposableStack()
  const settings = await newSettings(size.watches + BESIDE_WATCHES)
  const ways = once(() => openWays(stack, settings))
  const cluster = once(() => openCluster(stack))
  for (const name of chosen) {
    process.stderr.write(`bench: ${name}\n`)
    const table = tableOf(figures)
    try {
      await groups[name]?.run({ size, table, stack, settings, ways, cluster })
    } catch (error) {
      // What the others have measured is not lost with it.
      table.missing(name, error instanceof Error ? error.message : String(error))
      process.exitCode = 1
    }
  }
  report('tunnel', size, figures)
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
