import { once } from 'node:events'
import tls from 'node:tls'
import { eventually } from '@moorage/testkit/eventually.ts'
import type { Cluster } from './exec-stage.ts'
import { type Measured, share, type Target } from './load.ts'
import { cpuOf } from './processes.ts'
import type { Table } from './table.ts'
import { addCpu, compare, type Ways } from './ways.ts'

/** Terminals that are being opened at a time. */
const AT_ONCE = 8
/** ms; the agent joins before, and dials. */
const READY_WITHIN = 60_000
/** ms; of one start. */
const ANSWER_WITHIN = 20_000
/** A ping of SPDY: whoever reads along takes it for one, and the other end sends it back. */
const PING = Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1])

/** Where terminals are opened, and by whom. */
type Shell = Pick<Cluster, 'pod' | 'token'>

/** Exec starts: a connection of its own, as kubectl makes it, the upgrade, and the first byte back from the container. */
export async function exec(ways: Ways, cluster: Cluster, table: Table, seconds: number, whole: boolean): Promise<void> {
  const runs: Measured[] = []
  for (const way of ways) {
    await eventually(() => startOne(way.target, cluster), { within: READY_WITHIN })
    const { result, cpuSeconds } = await cpuOf(way.parts, () => starts(way.target, cluster, seconds))
    runs.push(result)
    if (whole) addCpu(way, table, 'CPU per exec start', cpuSeconds, 1e3 / result.times.length, 'ms')
  }
  const name = `exec starts, ${AT_ONCE} at a time`
  compare(
    ways,
    table,
    name,
    '/s',
    runs.map(({ times, seconds: took }) => times.length / took),
  )
  compare(
    ways,
    table,
    `${name}, p50`,
    'ms',
    runs.map(run => share(run, 0.5)),
  )
}

/** As many as a few clients at a time manage. */
export async function starts(target: Target, cluster: Shell, seconds: number): Promise<Measured> {
  const times: number[] = []
  const began = performance.now()
  const lane = async () => {
    while (performance.now() < began + seconds * 1_000) times.push(await startOne(target, cluster))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return { times: times.sort((a, b) => a - b), seconds: (performance.now() - began) / 1_000 }
}

/** ms from the dial to the first echo. */
async function startOne({ port, ca }: Target, { pod, token }: Shell): Promise<number> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN)
  const began = performance.now()
  const socket = tls.connect({ host: '127.0.0.1', port, ca, servername: 'localhost' })
  try {
    await once(socket, 'secureConnect', { signal })
    socket.setNoDelay(true)
    const head = [
      `POST ${pod}/exec?command=sh&stdin=true&stdout=true HTTP/1.1`,
      'host: localhost',
      `authorization: Bearer ${token}`,
      'connection: Upgrade',
      'upgrade: SPDY/3.1',
      'x-stream-protocol-version: v4.channel.k8s.io',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n`)
    socket.setEncoding('latin1')
    let heard = ''
    const until = async (text: string) => {
      while (!heard.includes(text)) heard += (await once(socket, 'data', { signal }))[0]
    }
    await until('\r\n\r\n')
    if (!heard.startsWith('HTTP/1.1 101')) throw new Error(`The exec was answered: ${heard}`)
    heard = ''
    socket.write(PING)
    await until(PING.toString('latin1'))
    return performance.now() - began
  } finally {
    socket.destroy()
  }
}
