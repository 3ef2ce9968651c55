/** `./run bench NAME`: benchmarks, each printed as a table and as JSON. */
import { inventory } from './inventory.ts'
import { projector } from './projector.ts'
import { proxy } from './proxy.ts'
import { tunnel } from './tunnel.ts'

const benches: Record<string, (args: string[]) => Promise<void>> = { inventory, projector, proxy, tunnel }

const [name = 'inventory', ...args] = process.argv.slice(2)
const bench = benches[name]
if (!bench) {
  process.stderr.write(`bench: there is no benchmark "${name}"; there is: ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
await bench(args)
