import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { type Figure, report } from './report.ts'
import { asFastAsPossible, atRate, Client, type Measured, share, type Target } from './tunnel/load.ts'
import { cpuOf, type Part, start } from './tunnel/processes.ts'
import type { Settings } from './tunnel/settings.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB

/** Each costs three handshakes: at the hub's front, through the tunnel, at the server behind. */
const WATCHES_AT_ONCE = 50

const option = (args: string[], name: string, fallback: number) => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(args[at + 1])
}

/** One way to the server behind, and the processes that it goes through. */
interface Way {
  name: string
  target: Target
  parts: Part[]
}

/**
 * The tunnel beside a direct connection and beside a plain relay of two TLS hops
 * (the fair ceiling), all to the same server, each part a process of its own.
 *
 * --seconds N   of each small-request run (5)
 * --mib N       size of a bulk transfer (1024)
 * --watches N   parallel watches (1,000)
 */
export async function tunnel(args: string[]): Promise<void> {
  const seconds = option(args, 'seconds', 5)
  const mib = option(args, 'mib', 1024)
  const watches = option(args, 'watches', 1_000)
  const bytes = mib * MIB
  await using stack = new AsyncDisposableStack()
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)

  const ca = await createCa('bench')
  const { cert, key } = await ca.issue({ commonName: 'localhost', hosts: ['localhost', '127.0.0.1'] })
  const settings: Settings = {
    cert,
    key,
    ca: ca.certPem,
    originPort: 0,
    nextPort: 0,
    hubPort: 0,
    maxConnections: watches + 64,
  }
  const origin = await start(stack, 'origin.ts', settings)
  settings.originPort = origin.port
  const second = await start(stack, 'relay.ts', { ...settings, nextPort: origin.port })
  const relay = await start(stack, 'relay.ts', { ...settings, nextPort: second.port })
  const hub = await start(stack, 'hub.ts', settings)
  const agent = await start(stack, 'agent.ts', { ...settings, hubPort: hub.port })
  const way = (name: string, { port }: Part, parts: Part[]): Way => ({ name, target: { port, ca: ca.certPem }, parts })
  const ways = [way('direct', origin, []), way('relay', relay, [relay, second]), way('tunnel', hub, [hub, agent])]
  const figures: Figure[] = []
  const add = (name: string, value: number, unit: string, goal?: string) =>
    figures.push({ name, value, unit, ...(goal && { goal }) })
  /** One row per way, then the tunnel's ratio to the others. */
  const compare = (name: string, unit: string, values: number[], goal?: string) => {
    for (const [index, { name: through }] of ways.entries()) add(`${name}, ${through}`, values[index] as number, unit)
    add(`${name}, tunnel / relay`, (values[2] as number) / (values[1] as number), '×', goal)
  }

  for (const { target } of ways) await asFastAsPossible(target, 8, 1) // code is compiled, connections are open

  say('small GETs, 32 connections')
  const fast: Measured[] = []
  const cpu: number[] = []
  for (const { target, parts } of ways) {
    const { result, cpuSeconds } = await cpuOf(parts, () => asFastAsPossible(target, 32, seconds))
    fast.push(result)
    cpu.push((cpuSeconds / result.times.length) * 1e6)
  }
  compare(
    'small GETs, 32 connections',
    '/s',
    fast.map(each => each.times.length / each.seconds),
  )
  add('CPU per small GET, relay', cpu[1] as number, 'µs')
  add('CPU per small GET, hub + agent', cpu[2] as number, 'µs', '≤ 200 µs')

  say('small GETs at 500 per second')
  const rated: Measured[] = []
  for (const { target } of ways) rated.push(await atRate(target, 500, seconds))
  compare(
    'at 500/s, p50',
    'ms',
    rated.map(each => share(each, 0.5)),
  )
  compare(
    'at 500/s, p99',
    'ms',
    rated.map(each => share(each, 0.99)),
  )
  const added = (part: number) => share(rated[2] as Measured, part) - share(rated[0] as Measured, part)
  add('added by the tunnel at 500/s, p50', added(0.5), 'ms', '≤ 2 ms')
  add('added by the tunnel at 500/s, p99', added(0.99), 'ms', '≤ 10 ms')

  for (const [name, transfer] of [
    [`${mib} MiB down, 1 stream`, (target: Target) => down(target, 1, bytes)],
    [`${mib} MiB up, 1 stream`, (target: Target) => up(target, bytes)],
    [`${mib} MiB down, 50 streams`, (target: Target) => down(target, 50, Math.floor(bytes / 50))],
  ] as const) {
    say(name)
    const speeds: number[] = []
    for (const { name: through, target, parts } of ways) {
      const { result, cpuSeconds } = await cpuOf(parts, () => transfer(target))
      speeds.push(bytes / 1e6 / result)
      if (parts.length > 0) {
        add(
          `${name}, CPU of ${through}`,
          (cpuSeconds / bytes) * GIB,
          's/GiB',
          through === 'tunnel' ? '≤ 3 s' : undefined,
        )
      }
    }
    compare(name, 'MB/s', speeds, name.includes('50') ? '≥ 0.85' : '≥ 0.70')
  }

  say('beside a big download, without and with a reader that has stalled')
  const { target } = ways[2] as Way
  const beside = async () => {
    let downloading = true
    const download = down(target, 1, bytes).finally(() => {
      downloading = false
    })
    const small = await atRate(target, 200, 60, () => downloading)
    await download
    return share(small, 0.99)
  }
  add('small GETs beside a download, p99', await beside(), 'ms')
  const stalled = await Client.open(target)
  stalled.socket.write(`GET /big?bytes=${bytes} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
  stalled.socket.pause()
  const [hubBefore, agentBefore] = await Promise.all([hub.usage(), agent.usage()])
  add('the same with a stalled reader, p99', await beside(), 'ms', 'as without')
  const [hubAfter, agentAfter] = await Promise.all([hub.usage(), agent.usage()])
  add('memory that came with it, hub', hubAfter.residentMb - hubBefore.residentMb, 'MB')
  add('memory that came with it, agent', agentAfter.residentMb - agentBefore.residentMb, 'MB')
  stalled.socket.destroy()

  say('50 downloads aborted at once, then an upload')
  const aborted = await Promise.all(Array.from({ length: 50 }, () => Client.open(target)))
  for (const client of aborted) client.socket.write(`GET /big?bytes=${bytes} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
  await new Promise(resolve => setTimeout(resolve, 1_000))
  for (const client of aborted) client.socket.destroy()
  add('64 MiB up after 50 aborted downloads', (64 * MIB) / 1e6 / (await up(target, 64 * MIB)), 'MB/s', 'nothing stalls')

  say(`${watches} watches, on a hub and an agent that have done nothing yet`)
  const freshHub = await start(stack, 'hub.ts', settings)
  const freshAgent = await start(stack, 'agent.ts', { ...settings, hubPort: freshHub.port })
  const fresh = { ...target, port: freshHub.port }
  await asFastAsPossible(fresh, 4, 1)
  const [hubIdle, agentIdle] = await Promise.all([freshHub.usage(), freshAgent.usage()])
  const opened = performance.now()
  const watching: Client[] = []
  const watch = async () => {
    const client = await Client.open(fresh)
    await client.get('/watch')
    watching.push(client)
  }
  while (watching.length < watches) {
    await Promise.all(Array.from({ length: Math.min(WATCHES_AT_ONCE, watches - watching.length) }, watch))
  }
  add(`${watches} watches opened in`, (performance.now() - opened) / 1_000, 's')
  const [hubFull, agentFull] = await Promise.all([freshHub.usage(), freshAgent.usage()])
  add('memory per watch, hub (front included)', ((hubFull.residentMb - hubIdle.residentMb) * 1_000) / watches, 'KB')
  add('memory per watch, agent', ((agentFull.residentMb - agentIdle.residentMb) * 1_000) / watches, 'KB')
  for (const client of watching) client.socket.destroy()
  report('tunnel', { seconds, mib, watches }, figures)
}

/** Seconds. */
async function down(target: Target, streams: number, bytes: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: streams }, () => Client.open(target)))
  const began = performance.now()
  await Promise.all(clients.map(client => client.get(`/big?bytes=${bytes}`)))
  const took = (performance.now() - began) / 1_000
  for (const client of clients) client.socket.destroy()
  return took
}

/** Seconds. */
async function up(target: Target, bytes: number): Promise<number> {
  const client = await Client.open(target)
  const began = performance.now()
  await client.upload(bytes)
  const took = (performance.now() - began) / 1_000
  client.socket.destroy()
  return took
}
