import { starts } from '../tunnel/exec.ts'
import { share } from '../tunnel/load.ts'
import { usageOf } from '../tunnel/of-pid.ts'
import { atLeast, type Table } from '../tunnel/table.ts'
import type { Stage } from './stage.ts'

/** Exec starts, each on a connection of its own, with recording on: as many as 8 clients at a time manage. */
export async function execs({ direct, person, hub, agent }: Stage, table: Table, { seconds }: { seconds: number }) {
  const recorded = async () => {
    const answer = await hub.fetch('/api/v1/recordings?limit=1')
    const { total } = (await answer.json()) as { total: number }
    return total
  }
  for (const { name, place, pod, token, tunnelled } of [direct, ...person]) {
    const target = { port: Number(new URL(place.url).port), ca: place.ca }
    const from = await recorded()
    const used = usageOf(hub.pid).cpuSeconds + (tunnelled ? agent.cpuSeconds() : 0)
    const done = await starts(target, { pod, token }, seconds)
    const cpu = usageOf(hub.pid).cpuSeconds + (tunnelled ? agent.cpuSeconds() : 0) - used
    const through = name !== 'direct'
    table.add(`exec starts, ${name}`, done.times.length / done.seconds, '/s', through ? atLeast(200, '/s') : undefined)
    table.add(`  p50`, share(done, 0.5), 'ms')
    if (!through) continue
    table.add(`  CPU of ${tunnelled ? 'hub and agent' : 'the hub'} for each`, (cpu / done.times.length) * 1e3, 'ms')
    const kept = (await recorded()) - from
    if (kept < done.times.length) throw new Error(`Of ${done.times.length} sessions only ${kept} were recorded.`)
  }
}
