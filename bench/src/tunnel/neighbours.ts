import { down, MIB, up } from './bulk.ts'
import { asFastAsPossible, atRate, Client, share, type Target } from './load.ts'
import type { Table } from './table.ts'
import type { Ways } from './ways.ts'

const PER_SECOND = 200
const CONNECTIONS = 8
const ABORTED = 50
const UPLOAD = 64 * MIB
/** Of a second: an upload that takes longer than this has stalled, however slow the machine. */
const STALLED_SECONDS = 10
/** The p99 beside a stalled reader may be this much more than without one: two runs differ by as much. */
const TOLERANCE = 1.5

export interface NeighbourOptions {
  seconds: number
  mib: number
}

/** What a stalled reader, a big download and downloads that are cut do to the others in the tunnel. */
export async function neighbours(ways: Ways, table: Table, { seconds, mib }: NeighbourOptions): Promise<void> {
  const way = ways.find(({ name }) => name === 'tunnel')
  if (!way) return
  const { target } = way
  const get = `GET /big?bytes=${mib * MIB} HTTP/1.1\r\nhost: localhost\r\n\r\n`

  /** p99 of small GETs at a fixed rate, and how many a few connections manage. */
  const smalls = async (meanwhile: () => boolean, longest: number) => {
    const rated = await atRate(target, PER_SECOND, longest, meanwhile)
    return share(rated, 0.99)
  }
  const fast = async () => {
    const { times, seconds: took } = await asFastAsPossible(target, CONNECTIONS, seconds)
    return times.length / took
  }
  const add = (when: string, p99: number, perSecond: number, before?: number) => {
    const goal = before === undefined ? undefined : asBefore(before)
    table.add(`stalled reader: small GETs, p99, ${when}`, p99, 'ms', goal)
    table.add(`stalled reader: small GETs, ${CONNECTIONS} connections, ${when}`, perSecond, '/s')
  }

  const beside = async () => {
    const stop = endlessly(target, mib)
    const p99 = await smalls(() => true, seconds)
    const perSecond = await fast()
    await stop()
    return { p99, perSecond }
  }
  add('before', await smalls(() => true, seconds), await fast())
  const alone = await beside()
  add('beside a download alone', alone.p99, alone.perSecond)
  const stalled = await Client.open(target)
  stalled.socket.write(get)
  stalled.socket.pause()
  const usage = async () => Promise.all(Object.values(way.parts).map(part => part.usage()))
  const before = await usage()
  const during = await beside()
  add('during, beside a download', during.p99, during.perSecond, alone.p99)
  const after = await usage()
  for (const [index, part] of Object.keys(way.parts).entries()) {
    const grown = (after[index]?.residentMb ?? 0) - (before[index]?.residentMb ?? 0)
    table.add(`stalled reader: memory that came with it, ${part}`, grown, 'MB')
  }
  stalled.socket.destroy()
  add('after', await smalls(() => true, seconds), await fast())

  const aborted = await Promise.all(Array.from({ length: ABORTED }, () => Client.open(target)))
  for (const client of aborted) client.socket.write(get)
  await Promise.all(aborted.map(client => new Promise(resolve => client.socket.once('data', resolve))))
  for (const client of aborted) client.socket.destroy()
  const took = await up(target, UPLOAD)
  const goal = { text: 'nothing stalls', met: () => took < STALLED_SECONDS }
  table.add(`64 MiB up after ${ABORTED} aborted downloads`, UPLOAD / 1e6 / took, 'MB/s', goal)
}

const asBefore = (alone: number) => ({
  text: 'as beside the download alone',
  met: (value: number) => value <= alone * TOLERANCE + 1,
})

/** Downloads one after the other until it is stopped. */
function endlessly(target: Target, mib: number): () => Promise<void> {
  let going = true
  const running = (async () => {
    while (going) await down(target, 1, mib * MIB)
  })()
  return async () => {
    going = false
    await running
  }
}
