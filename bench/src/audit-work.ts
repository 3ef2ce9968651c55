import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import type { Postgres } from '@moorage/testkit/postgres.ts'
import { processMemory } from './memory.ts'
import type { Figure } from './report.ts'
import { share } from './share.ts'

/** Changes whose lines are stored before they are answered. */
const CHANGES = 200
/** ms that an export and a verification are watched for: both go on as they began. */
const WATCHED_MS = 30_000
/** ms after which the retention counts as stuck. */
const SWEPT_WITHIN = 300_000

/** ms of a request that changes something: it leaves two lines, each in a transaction of its own. */
async function change(hub: HubProcess, n: string): Promise<number> {
  const start = performance.now()
  const answer = await hub.fetch('/api/v1/tokens', {
    method: 'POST',
    body: { name: `bench-${n}`, expiresInSeconds: 3_600 },
  })
  const body = await answer.text()
  if (!answer.ok) throw new Error(`${answer.status}: ${body}`)
  return performance.now() - start
}

/** What changes cost, one after another. */
export async function appendTimes(hub: HubProcess, name: string): Promise<{ p50: number; p95: number }> {
  const times: number[] = []
  for (let n = 0; n < CHANGES; n += 1) {
    const took = await change(hub, `${name}-${n}`)
    if (n >= CHANGES / 4) times.push(took)
  }
  return { p50: share(times, 0.5), p95: share(times, 0.95) }
}

/** First bytes, lines a second, and the hub's memory meanwhile. */
export async function exportFigures(hub: HubProcess, format: 'csv' | 'jsonl'): Promise<Figure[]> {
  const start = performance.now()
  const before = processMemory(hub.pid).nowMb
  const answer = await hub.fetch(`/api/v1/audit/export?format=${format}`)
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status}: ${await answer.text()}`)
  let first = 0
  let lines = 0
  let early = 0
  let peak = 0
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const took = performance.now() - start
    if (first === 0) first = took
    for (const byte of chunk) if (byte === 10) lines += 1
    const now = processMemory(hub.pid).nowMb
    if (took < WATCHED_MS / 4) early = Math.max(early, now)
    peak = Math.max(peak, now)
    if (took > WATCHED_MS) break
  }
  const seconds = (performance.now() - start) / 1_000
  return [
    { name: `export as ${format}, first bytes`, value: first, unit: 'ms' },
    { name: `export as ${format}`, value: lines / seconds, unit: '/s', note: `${lines} lines were read` },
    { name: `hub before the export as ${format}`, value: before, unit: 'MB' },
    { name: `hub in its first quarter, highest`, value: early, unit: 'MB' },
    { name: `hub in all of it, highest`, value: peak, unit: 'MB' },
  ]
}

/** Lines that are verified in a second. */
export async function verifyFigure(hub: HubProcess): Promise<Figure> {
  const start = performance.now()
  let lines = 0
  let after: number | null = 0
  while (after !== null && performance.now() - start < WATCHED_MS) {
    const answer = await hub.fetch(`/api/v1/audit/verify?after=${after}`)
    const found = (await answer.json()) as { lines: number; next: number | null; faults: unknown[] }
    if (found.faults.length > 0) throw new Error(`The log is not whole: ${JSON.stringify(found.faults[0])}`)
    lines += found.lines
    after = found.next
  }
  const seconds = (performance.now() - start) / 1_000
  return { name: 'verification', value: lines / seconds, unit: '/s', note: `${lines} lines were verified` }
}

/** How long it takes until the oldest lines are gone, once it has begun, and what changes cost meanwhile. */
export async function retentionFigures(
  start: () => Promise<HubProcess>,
  postgres: Postgres,
  name: string,
): Promise<Figure[]> {
  const oldest = () => Number(postgres.query('select min(seq) from audit'))
  const sweeps = () =>
    Number(postgres.query(`select count(*) from audit where action = 'audit.prune' and action not like 'kube.%'`))
  const [from, before, asked] = [oldest(), sweeps(), performance.now()]
  const starting = start()
  let hub: HubProcess | undefined
  let failure: unknown
  starting.then(
    started => {
      hub = started
    },
    error => {
      failure = error
    },
  )
  let began = 0
  const times: number[] = []
  while (sweeps() === before) {
    if (failure !== undefined) throw failure
    if (performance.now() - asked > SWEPT_WITHIN) throw new Error('The retention did not end.')
    const now = performance.now()
    const first = oldest()
    if (first > from && began === 0) began = now
    if (hub === undefined) await new Promise(resolve => setTimeout(resolve, 10))
    else times.push(await change(hub, `${name}-${times.length}`))
  }
  const took = began === 0 ? 0 : (performance.now() - began) / 1_000
  await using _ = await starting
  return [
    { name, value: took, unit: 's', note: `${oldest() - from} lines` },
    { name: `a change meanwhile, slowest`, value: times.length === 0 ? null : Math.max(...times), unit: 'ms' },
  ]
}
