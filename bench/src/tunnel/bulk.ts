import { Client, type Target } from './load.ts'
import { cpuOf } from './processes.ts'
import { atLeast, atMost, type Goal, type Table } from './table.ts'
import { addCpu, compare, type Ways } from './ways.ts'

export const MIB = 1024 * 1024
const GIB = 1024 * MIB
const STREAMS = 50

export interface BulkOptions {
  /** Of one stream alone, and of each of the 50. */
  mib: number
  mibEach: number
  /** With goals and CPU. */
  whole: boolean
}

/** One stream down and up, and 50 downwards at once. */
export async function bulk(ways: Ways, table: Table, { mib, mibEach, whole }: BulkOptions): Promise<void> {
  const transfers: [string, number, Goal, (target: Target) => Promise<number>][] = [
    [`${mib} MiB down`, mib, atLeast(0.7, '×'), target => down(target, 1, mib * MIB)],
    [`${mib} MiB up`, mib, atLeast(0.7, '×'), target => up(target, mib * MIB)],
    [
      `${STREAMS} × ${mibEach} MiB down`,
      STREAMS * mibEach,
      atLeast(0.85, '×'),
      target => down(target, STREAMS, mibEach * MIB),
    ],
  ]
  for (const [name, size, goal, transfer] of transfers) {
    const bytes = size * MIB
    const speeds: number[] = []
    for (const way of ways) {
      const { result, cpuSeconds } = await cpuOf(way.parts, () => transfer(way.target))
      speeds.push(bytes / 1e6 / result)
      if (whole) addCpu(way, table, `CPU, ${name}`, cpuSeconds, GIB / bytes, 's/GiB', atMost(3, 's/GiB'))
    }
    compare(ways, table, name, 'MB/s', speeds, whole ? goal : undefined)
  }
}

/** Seconds. */
export async function down(target: Target, streams: number, bytes: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: streams }, () => Client.open(target)))
  const began = performance.now()
  await Promise.all(clients.map(client => client.get(`/big?bytes=${bytes}`)))
  const took = (performance.now() - began) / 1_000
  for (const client of clients) client.socket.destroy()
  return took
}

/** Seconds. */
export async function up(target: Target, bytes: number): Promise<number> {
  const client = await Client.open(target)
  const began = performance.now()
  await client.upload(bytes)
  const took = (performance.now() - began) / 1_000
  client.socket.destroy()
  return took
}
