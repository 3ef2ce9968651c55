import { setTimeout as pause } from 'node:timers/promises'
import { usageOf } from '../tunnel/of-pid.ts'
import { atMost, type Table } from '../tunnel/table.ts'
import { proxyClient, share } from './client.ts'
import type { Stage, Way } from './stage.ts'

const SMALL = '/api/v1/namespaces/default'
/** Requests that the hub has answered before any counts: its code is compiled by then. */
const WARM_UP = 3_000
/** s; connections open, rights are in their places. */
const OPENING = 1
/** s in which nobody asks anything: what the hub and the agent do by themselves is none of the requests' doing. */
const IDLE = 5

/** CPU seconds of the hub and of the agent so far. */
const usedBy = ({ hub, agent }: Stage) => [usageOf(hub.pid).cpuSeconds, agent.cpuSeconds()] as const

/** CPU that both spend in a second of doing nothing. */
async function idle(stage: Stage): Promise<readonly [number, number]> {
  const [hub, agent] = usedBy(stage)
  await pause(IDLE * 1_000)
  const [hubThen, agentThen] = usedBy(stage)
  return [(hubThen - hub) / IDLE, (agentThen - agent) / IDLE]
}

/** Small GETs at a fixed rate: what the hub adds to the answer, and what it spends on one. */
export async function small(stage: Stage, table: Table, { rate, seconds }: { rate: number; seconds: number }) {
  for (const { place } of stage.person) {
    using client = proxyClient(place)
    await client.atRate(SMALL, rate, WARM_UP / 2 / rate)
  }
  const [hubIdle, agentIdle] = await idle(stage)
  const measure = async ({ place }: Way) => {
    using client = proxyClient(place)
    await client.atRate(SMALL, rate, OPENING)
    const [hub, agent] = usedBy(stage)
    const began = performance.now()
    const times = await client.atRate(SMALL, rate, seconds)
    const took = (performance.now() - began) / 1_000
    const [hubThen, agentThen] = usedBy(stage)
    return {
      p50: share(times, 0.5),
      p99: share(times, 0.99),
      hubCpu: ((hubThen - hub - took * hubIdle) / times.length) * 1e6,
      agentCpu: ((agentThen - agent - took * agentIdle) / times.length) * 1e6,
    }
  }
  const direct = await measure(stage.direct)
  table.add(`small GET at ${rate}/s, direct, p50`, direct.p50, 'ms')
  table.add(`small GET at ${rate}/s, direct, p99`, direct.p99, 'ms')
  for (const who of ['admin', 'person'] as const) {
    for (const way of stage[who]) {
      const { p50, p99, hubCpu, agentCpu } = await measure(way)
      const words = `${way.name}, ${who}`
      table.add(`small GET at ${rate}/s, ${words}, added p50`, p50 - direct.p50, 'ms', atMost(2, 'ms'))
      table.add(`small GET at ${rate}/s, ${words}, added p99`, p99 - direct.p99, 'ms', atMost(10, 'ms'))
      table.add(`  CPU of the hub for each`, hubCpu, 'µs', way.tunnelled ? undefined : atMost(500, 'µs'))
      if (!way.tunnelled) continue
      table.add(`  CPU of the agent for each`, agentCpu, 'µs')
      table.add(`  CPU of both for each`, hubCpu + agentCpu, 'µs', atMost(200, 'µs'))
    }
  }
}
