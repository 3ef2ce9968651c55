/** `./run testbed …`: control planes by hand. */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { allPrograms } from './binaries.ts'
import { clientProgram, clientPrograms } from './client-programs.ts'
import { type FlavourName, flavourNamed, flavours } from './flavours/flavours.ts'
import {
  keepStanding,
  listStanding,
  type Standing,
  type StandingOptions,
  startStanding,
  stopStanding,
} from './standing.ts'

const ROOT = fileURLToPath(new URL('../../.moorage/testbed', import.meta.url))
/** More simulated nodes than that are for `createInBulk`, which needs no kubelet. */
const MOST_NODES = 500

const HELP = `Real Kubernetes control planes on this machine, with simulated nodes.

  up --name alpha --flavour eks --nodes 5   start one; prints the path of its kubeconfig
     [--still]          nothing changes by itself
     [--empty]          no workloads
     [--no-metrics]     no metrics-server
  list                  those that are up
  down --name alpha     stop one and remove its files; --all for all
  build                 only find or build the programs
     [--quiet]          says no more than what it has to build
     [--clients]        also the clients that the tests reach clusters with

Flavours: ${Object.keys(flavours).join(', ')}

Its kubectl:  export KUBECONFIG=$(./run testbed up --name alpha); the testbed's own kubectl is listed by build.
`

const say = (line: string) => process.stderr.write(`testbed: ${line}\n`)

async function up(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: 'string', default: 'alpha' },
      flavour: { type: 'string', default: 'generic' },
      nodes: { type: 'string', default: '3' },
      still: { type: 'boolean', default: false },
      empty: { type: 'boolean', default: false },
      'no-metrics': { type: 'boolean', default: false },
    },
  })
  const nodes = Number(values.nodes)
  if (!Number.isInteger(nodes) || nodes < 0 || nodes > MOST_NODES)
    throw new Error(`--nodes ${values.nodes} is not a number from 0 to ${MOST_NODES}`)
  const options: StandingOptions = {
    name: values.name,
    flavour: flavourNamed(values.flavour).name as FlavourName,
    nodes,
    workloads: !values.empty,
    moving: !values.empty && !values.still,
    metrics: !values['no-metrics'],
  }
  say(`starting ${options.name} (${options.flavour}, ${nodes} nodes)`)
  const standing = await startStanding(ROOT, options, [fileURLToPath(import.meta.url), 'keep'], say)
  say(`${standing.name} is up at ${standing.url}`)
  process.stdout.write(`${standing.kubeconfig}\n`)
}

async function down(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { name: { type: 'string' }, all: { type: 'boolean', default: false } },
  })
  const standing = listStanding(ROOT)
  const chosen = values.all ? standing : standing.filter(each => each.name === values.name)
  if (!values.all && !values.name) throw new Error('which one? --name NAME, or --all')
  if (!values.all && chosen.length === 0)
    throw new Error(
      `there is no testbed "${values.name}"; up are: ${standing.map(each => each.name).join(', ') || 'none'}`,
    )
  await Promise.all(chosen.map(each => stopStanding(ROOT, each)))
  for (const each of chosen) say(`${each.name} is down`)
}

function list(): void {
  const rows = listStanding(ROOT).map((each: Standing) => [
    each.name,
    each.flavour,
    `${each.nodes}`,
    each.url,
    each.kubeconfig,
  ])
  const table = [['NAME', 'FLAVOUR', 'NODES', 'URL', 'KUBECONFIG'], ...rows]
  const widths = [0, 1, 2, 3, 4].map(column => Math.max(...table.map(row => (row[column] as string).length)))
  for (const row of table)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd()}\n`,
    )
}

async function build(args: string[]): Promise<void> {
  const no = { type: 'boolean', default: false } as const
  const { values } = parseArgs({ args, options: { quiet: no, clients: no } })
  const found = await allPrograms({ log: say })
  if (values.clients) for (const name of clientPrograms) await clientProgram(name, say)
  if (values.quiet) return
  for (const [name, { path, from }] of Object.entries(found)) say(`${name.padEnd(24)} ${from.padEnd(18)} ${path}`)
}

const [verb, ...args] = process.argv.slice(2)
try {
  if (verb === 'up') await up(args)
  else if (verb === 'down') await down(args)
  else if (verb === 'list') list()
  else if (verb === 'build') await build(args)
  else if (verb === 'keep') await keepStanding(ROOT, JSON.parse(args[0] as string))
  else {
    process.stderr.write(HELP)
    if (verb && verb !== 'help' && verb !== '--help') throw new Error(`there is no "${verb}"`)
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
