import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BACK_WITHIN, type Edge, startEdge, UNREACHABLE_WITHIN } from './fixtures/edge.ts'

/** How long it goes on; an hour in the nightly suite. Three minutes are each fault twice or thrice. */
const SECONDS = Number(process.env.MOORAGE_SOAK_SECONDS ?? 180)
/** What comes in which order is decided by this alone. */
const SEED = Number(process.env.MOORAGE_SOAK_SEED ?? Date.now() % 1_000_000)
/** What a process may grow by after it has seen each fault once: caches fill, and the heap is collected when it pleases. */
const GROWTH = { factor: 1.35, mib: 48 }

let edge: Edge

beforeAll(async () => {
  edge = await startEdge('soak')
}, 120_000)
afterAll(() => edge?.[Symbol.asyncDispose]())

/** Mulberry32: numbers in [0, 1) by a seed. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
const random = numbers(SEED)
const between = (low: number, high: number) => Math.round(low + random() * (high - low))
const passes = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const residentMiB = (pid: number) =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)

/** Over before anybody could notice: the cluster is Running all the time. */
const short: Record<string, () => Promise<void>> = {
  'all connections cut, once': async () => edge.proxy.resetOpen(),
  'a way that is half-open': async () => {
    edge.proxy.set({ kind: 'half-close', side: random() < 0.5 ? 'client' : 'server' })
    edge.proxy.pass()
  },
  'a stalled way': async () => {
    edge.proxy.stall()
    await passes(between(500, 6_000))
    edge.proxy.pass()
  },
  'a slow way': async () => {
    edge.proxy.set({ kind: 'slow', delayMs: between(20, 200), bytesPerSecond: 1_000_000 })
    await passes(between(2_000, 6_000))
    edge.proxy.pass()
  },
  'a proxy that collects': async () => {
    edge.proxy.set({ kind: 'buffer', ms: between(50, 500), bytes: 4_096 })
    await passes(between(2_000, 6_000))
    edge.proxy.pass()
  },
  'connections that break after some bytes': async () => {
    edge.proxy.set({ kind: 'drop-after', bytes: between(1_000, 100_000), towards: 'server' })
    await passes(between(500, 3_000))
    edge.proxy.pass()
  },
  'an API server that freezes': async () => {
    edge.plane.freeze()
    await passes(between(500, 4_000))
    edge.plane.thaw()
  },
  'a hub that stands still': async () => {
    process.kill(edge.hub.pid, 'SIGSTOP')
    await passes(between(1_000, 8_000))
    process.kill(edge.hub.pid, 'SIGCONT')
  },
  'an agent that stands still': async () => {
    edge.agent.signal('SIGSTOP')
    await passes(between(1_000, 6_000))
    edge.agent.signal('SIGCONT')
  },
  'an agent that is killed and begins again': async () => {
    await edge.agent.kill()
    await edge.agent.restart()
  },
  'a hub that is killed and begins again': async () => {
    await edge.hub.kill()
    await edge.hub.restart()
  },
}

/** Until the cluster is said to be away, and for a while after. Gives what ends it. */
const long: Record<string, () => Promise<() => void | Promise<void>>> = {
  'a way that is cut': async () => {
    edge.proxy.cut()
    return () => edge.proxy.pass()
  },
  'a way that is stalled': async () => {
    edge.proxy.stall()
    return () => edge.proxy.pass()
  },
  'an agent that is killed': async () => {
    await edge.agent.kill()
    return () => edge.agent.restart()
  },
  'an API server that is frozen': async () => {
    edge.plane.freeze()
    return () => edge.plane.thaw()
  },
}

const shuffled = (names: string[]) =>
  names
    .map(name => ({ name, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ name }) => name)
/** Each once, in some order, and again: long ones come between short ones. */
function* order(): Generator<string> {
  for (;;) {
    const rest = shuffled(Object.keys(long))
    for (const [index, name] of shuffled(Object.keys(short)).entries()) {
      yield name
      if (index % 3 === 2) yield rest.pop() as string
    }
    yield* rest
  }
}

async function suffer(name: string): Promise<string> {
  const fault = long[name]
  if (fault === undefined) {
    const watch = edge.watch()
    await short[name]?.()
    await edge.follows()
    expect(await watch.stop(), name).toEqual(['Running'])
    return name
  }
  const heal = await fault()
  const away = await edge.becomes('Unreachable', UNREACHABLE_WITHIN)
  await passes(between(0, 4_000))
  await heal()
  const back = await edge.becomes('Running', BACK_WITHIN)
  await edge.follows()
  return `${name} (Unreachable after ${away} ms, Running ${back} ms after its end)`
}

test(`for ${SECONDS} s one fault follows the other, by the seed ${SEED}`, {
  timeout: (SECONDS + 240) * 1000,
}, async () => {
  console.info('MOORAGE_SOAK_SEED', SEED)
  const until = performance.now() + SECONDS * 1000
  const seen: string[] = []
  const size = () => ({ hub: residentMiB(edge.hub.pid), agent: residentMiB(edge.agent.pid) })
  const many = Object.keys(short).length + Object.keys(long).length
  let atFirst = size()
  for (const name of order()) {
    if (performance.now() > until) break
    seen.push(
      await suffer(name).catch(error => {
        throw new Error(`${name}, by the seed ${SEED}, after ${seen.length} others: ${error.message}`, { cause: error })
      }),
    )
    if (seen.length % many === 0) await edge.settles()
    if (seen.length === many) atFirst = size()
  }
  await edge.settles()
  const now = size()
  console.info(seen.join('\n'))
  console.info('resident, in MiB:', atFirst, 'at first,', now, 'at the end')
  for (const one of ['hub', 'agent'] as const) {
    expect(now[one], one).toBeLessThan(atFirst[one] * GROWTH.factor + GROWTH.mib)
  }
})
