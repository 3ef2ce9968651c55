import { setTimeout as pause } from 'node:timers/promises'
import { processMemory } from '../memory.ts'
import { start } from '../tunnel/processes.ts'
import { atMost, type Table } from '../tunnel/table.ts'
import { newSettings } from '../tunnel/ways.ts'
import { type Place, proxyClient } from './client.ts'
import { COLLECT, reached, type Stage } from './stage.ts'

/** A watch of what is not there: it says nothing. */
const IDLE_WATCH = '/api/v1/namespaces/default/podtemplates?watch=1'
/** Watches that are being opened at a time. */
const AT_ONCE = 32
/** Watches that are open before any counts: what a process takes for its garbage by then does not grow with what it holds. */
const WARM_UP = 200
/** An agent's connections are for no more, beside what the hub itself asks (`kubeproxy/crowd.ts`). */
const THROUGH_AN_AGENT = { count: 300, warmUp: 100 }
/** Small requests that are answered before any watch is opened: code is compiled by then. */
const REQUESTS = { path: '/api/v1/namespaces/default', perSecond: 500, seconds: 4 }
/** ms; garbage is collected, and the system told of it. */
const SETTLE_MS = 2_000

/** KiB that a process holds for each, and s until all were open. */
async function openAll(
  place: Place,
  pid: number,
  { count, warmUp }: { count: number; warmUp: number },
): Promise<{ kib: number; seconds: number }> {
  using client = proxyClient(place)
  await client.atRate(REQUESTS.path, REQUESTS.perSecond, REQUESTS.seconds)
  const open: Awaited<ReturnType<typeof client.watch>>[] = []
  const openMore = async (until: number) => {
    const lane = async () => {
      while (open.length + opening < until) {
        opening += 1
        const one = await client.watch(IDLE_WATCH).finally(() => {
          opening -= 1
        })
        open.push(one)
      }
    }
    let opening = 0
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
  }
  const held = async () => {
    process.kill(pid, 'SIGUSR2')
    await pause(SETTLE_MS)
    return processMemory(pid).nowMb * 1e6
  }
  await openMore(warmUp)
  const warm = open.length
  const before = await held()
  const began = performance.now()
  await openMore(warm + count)
  const seconds = (performance.now() - began) / 1_000
  const kib = ((await held()) - before) / 1024 / (open.length - warm)
  for (const one of open) one.destroy()
  return { kib, seconds }
}

/** Idle watches: what each costs the hub, beside a relay of bytes that ends and begins TLS as the hub has to, and does nothing else. */
export async function watches(stage: Stage, table: Table, { count }: { count: number }) {
  const { person, hub, plane, direct } = stage
  await using stack = new AsyncDisposableStack()
  const own = await newSettings(count + WARM_UP)
  const ca = `${own.ca}\n${plane.caPem}`
  const relay = await start(stack, 'relay.ts', { ...own, ca, nextPort: plane.port }, ['--import', COLLECT])
  const bare: Place = {
    url: `https://localhost:${relay.port}`,
    ca,
    headers: { authorization: `Bearer ${direct.token}` },
  }
  const all = { count, warmUp: WARM_UP }
  const floor = await openAll(bare, relay.pid, all)
  table.add(`${count} idle watches through a bare TLS relay, memory for each`, floor.kib, 'KiB')
  for (const { name, place, tunnelled } of person) {
    // What others have let go of would be used again, and not be counted.
    await hub.restart()
    await reached(hub)
    const size = tunnelled ? { ...THROUGH_AN_AGENT, count: Math.min(count, THROUGH_AN_AGENT.count) } : all
    const { kib, seconds } = await openAll(place, hub.pid, size)
    table.add(`${size.count} watches opened, ${name}`, seconds, 's')
    table.add(`  memory of the hub for each`, kib, 'KiB', atMost(64, 'KiB'))
    table.add(`  of it more than the relay's`, kib - floor.kib, 'KiB')
  }
}
