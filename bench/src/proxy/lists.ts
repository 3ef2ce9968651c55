import { processMemory, watchMemory } from '../memory.ts'
import { usageOf } from '../tunnel/of-pid.ts'
import { atLeast, atMost, type Table } from '../tunnel/table.ts'
import { proxyClient, share } from './client.ts'
import type { Stage } from './stage.ts'

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
/** Lists of each kind on each way, of which the median counts. */
const ROUNDS = 7
const GIB = 1024 ** 3
/** Whole lists that each way has answered before any counts: the code that passes them on is compiled by then. */
const WARM_UP = 4

const median = (values: number[]) =>
  share(
    [...values].sort((a, b) => a - b),
    0.5,
  )

/** Lists, on each way in turn: whole and to their first byte, against direct, and what the hub spends and holds meanwhile. */
export async function lists({ direct, person, hub, agent }: Stage, table: Table, { pods }: { pods: number }) {
  const kinds = [
    { what: '1,000 pods, JSON', path: '/api/v1/pods?limit=1000', headers: {} },
    { what: '1,000 pods, table', path: '/api/v1/pods?limit=1000', headers: TABLE },
    { what: `${pods} pods, JSON`, path: '/api/v1/pods', headers: {} },
    { what: `${pods} pods, table`, path: '/api/v1/pods', headers: TABLE },
  ]
  using stack = new DisposableStack()
  const ways = [direct, ...person].map(way => ({ ...way, client: stack.use(proxyClient(way.place)) }))
  const cpu = () => usageOf(hub.pid).cpuSeconds + agent.cpuSeconds()
  for (const { client } of ways) {
    for (let round = 0; round < WARM_UP; round += 1) await client.ask('/api/v1/pods')
  }
  for (const { what, path, headers } of kinds) {
    const runs = ways.map(({ client }) => ({ client, whole: [] as number[], first: [] as number[], cpu: 0, bytes: 0 }))
    for (const { client } of runs) await client.ask(path, headers)
    const before = processMemory(hub.pid).nowMb
    const memory = watchMemory(hub.pid)
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const run of runs) {
        const used = cpu()
        const { ms, firstMs, bytes } = await run.client.ask(path, headers)
        run.whole.push(ms)
        run.first.push(firstMs)
        run.cpu += cpu() - used
        run.bytes += bytes
      }
    }
    const { peakMb } = memory.stop()
    const [plain] = runs
    if (plain === undefined) return
    table.add(`list of ${what}, direct`, median(plain.whole), 'ms')
    for (const [at, { name, tunnelled }] of ways.entries()) {
      const run = runs[at]
      if (run === undefined || run === plain) continue
      const words = `list of ${what}, ${name}`
      const speed = median(plain.whole) / median(run.whole)
      table.add(`${words}, share of direct's speed`, speed, '×', atLeast(0.7, '×'))
      table.add(`  first byte later by`, median(run.first) - median(plain.first), 'ms', atMost(10, 'ms'))
      const bound = atMost(3, 's')
      table.add(
        `  CPU of ${tunnelled ? 'hub and agent' : 'the hub'} for each GiB`,
        (run.cpu / run.bytes) * GIB,
        's',
        bound,
      )
    }
    table.add(`  the hub's memory grew meanwhile by`, peakMb - before, 'MB', atMost(64, 'MB'))
  }
}
