import { asFastAsPossible, atRate, type Measured, share } from './load.ts'
import { cpuOf } from './processes.ts'
import { atMost, type Table } from './table.ts'
import { addCpu, compare, type Ways } from './ways.ts'

const CONNECTIONS = 32
const PER_SECOND = 500
/** Of a run at a fixed rate, connections open and code compiled. */
const WARM_UP_SECONDS = 1

export interface SmallOptions {
  seconds: number
  /** With what the goals and the CPU are for: the tunnel by itself, without any delay. */
  whole: boolean
}

/** Small GETs: as many as 32 connections manage, and 500 per second. */
export async function small(ways: Ways, table: Table, { seconds, whole }: SmallOptions): Promise<void> {
  for (const { target } of ways) await asFastAsPossible(target, 8, whole ? WARM_UP_SECONDS : WARM_UP_SECONDS / 2)
  const fast: Measured[] = []
  for (const way of ways) {
    const { result, cpuSeconds } = await cpuOf(way.parts, () => asFastAsPossible(way.target, CONNECTIONS, seconds))
    fast.push(result)
    if (whole) addCpu(way, table, 'CPU per small GET', cpuSeconds, 1e6 / result.times.length, 'µs', atMost(200, 'µs'))
  }
  const each = (name: string, unit: string, value: (one: Measured) => number, all: Measured[]) =>
    compare(ways, table, name, unit, all.map(value))
  const at = `small GETs, ${CONNECTIONS} connections`
  each(at, '/s', one => one.times.length / one.seconds, fast)
  each(`${at}, p50`, 'ms', one => share(one, 0.5), fast)
  each(`${at}, p99`, 'ms', one => share(one, 0.99), fast)

  const rated: Measured[] = []
  for (const { target } of ways) rated.push(await atRate(target, PER_SECOND, seconds))
  each(`small GETs at ${PER_SECOND}/s, p50`, 'ms', one => share(one, 0.5), rated)
  each(`small GETs at ${PER_SECOND}/s, p99`, 'ms', one => share(one, 0.99), rated)
  const of = (name: string) => rated[ways.findIndex(way => way.name === name)] as Measured
  const added = (part: number) => share(of('tunnel'), part) - share(of('direct'), part)
  table.add(`added by the tunnel at ${PER_SECOND}/s, p50`, added(0.5), 'ms', whole ? atMost(2, 'ms') : undefined)
  table.add(`added by the tunnel at ${PER_SECOND}/s, p99`, added(0.99), 'ms', whole ? atMost(10, 'ms') : undefined)
}
