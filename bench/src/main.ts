/** `./run bench NAME`: benchmarks, each printed as a table and as JSON. */
import { agent, agentHelp } from './agent.ts'
import { audit, auditHelp } from './audit.ts'
import { inventory } from './inventory.ts'
import { projector } from './projector.ts'
import { proxy, proxyHelp } from './proxy.ts'
import { tunnel, tunnelHelp } from './tunnel.ts'

const benches: Record<string, { run(args: string[]): Promise<void>; help: string }> = {
  agent: { run: agent, help: agentHelp },
  audit: { run: audit, help: auditHelp },
  inventory: {
    run: inventory,
    help: `./run bench inventory [OPTIONS]
Time to the full inventory of one member, the hub's memory meanwhile, and how fast lists and searches answer.

--nodes N --pods N   size of the member at its connect (1000 and 20000)
--objects N          size of the inventory that is searched (100000)
`,
  },
  projector: {
    run: projector,
    help: `./run bench projector [OPTIONS]
Memory and idle CPU of the projector as a process of its own, of a small cluster and of a large one.

--nodes N --pods N   size of the large one (5000 and 20000)
--kubeconfig FILE    measures that cluster alone, as it is
`,
  },
  proxy: { run: proxy, help: proxyHelp },
  tunnel: { run: tunnel, help: tunnelHelp },
}
const asksForHelp = (arg: string | undefined) => arg === '--help' || arg === '-h' || arg === 'help'

const [name = 'inventory', ...args] = process.argv.slice(2)
const bench = benches[name]
if (asksForHelp(name)) {
  process.stdout.write(
    Object.values(benches)
      .map(each => each.help)
      .join('\n'),
  )
} else if (!bench) {
  process.stderr.write(`bench: there is no benchmark "${name}"; there is: ${Object.keys(benches).join(', ')}\n`)
  process.exitCode = 2
} else if (args.some(asksForHelp)) {
  process.stdout.write(bench.help)
} else {
  await bench.run(args)
}
