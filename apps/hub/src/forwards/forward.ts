import { setTimeout as sleep } from 'node:timers/promises'
import { toAuditLine } from '../audit/list.ts'
import { type AuditForwardRow, linesAfter, noteForwarded, noteForwardFailure } from '../store/audit-forwards.ts'
import type { AuditRow } from '../store/audit-hash.ts'
import type { Store } from '../store/store.ts'
import { whyFailed } from './delivery.ts'
import { asDeliveryError, openDelivery, type WayDeps, wayTo } from './open-way.ts'

/** Lines that are held and sent at once: a few hundred KiB. */
const AT_ONCE = 500
/** How long lines are waited for, and gathered, in ms. */
const GATHER_MS = 1_000
/** Waits after failures, in ms: the first one's bound, and the longest. */
const RETRY_FIRST_MS = 1_000
export const RETRY_LONGEST_MS = 60_000

export interface ForwardDeps extends WayDeps {
  store: Pick<Store, 'db'>
  random: () => number
  warn: (message: string, error: unknown) => void
  /** Told of lines that are gone before the target had them. */
  gap: (name: string, from: number, to: number) => Promise<void>
}

/** Lines that are missing before the first and between the others. Those of the first format were numbered with gaps. */
export function gapsBefore(position: number, rows: readonly Pick<AuditRow, 'seq' | 'format'>[]): [number, number][] {
  let last = position
  return rows.flatMap(({ seq, format }) => {
    const gap: [number, number] = [last + 1, seq - 1]
    last = seq
    return gap[0] <= gap[1] && format > 1 ? [gap] : []
  })
}

/** Waits longer with each failure, and differently each time, but never shorter than the target asked for. */
export const retryInMs = (failures: number, random: number, asked: number): number =>
  Math.max(asked, Math.round((0.5 + random / 2) * Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** (failures - 1))))

/**
 * Sends lines to one target, in their order, until `signal`. What it took is
 * noted after it took it: who begins again there sends a batch twice rather
 * than never.
 */
export async function forward(deps: ForwardDeps, row: AuditForwardRow, signal: AbortSignal): Promise<void> {
  const { store, random, warn, now } = deps
  let { position } = row
  let atOnce = AT_ONCE
  let failures = 0
  const way = wayTo(deps, row)
  const threwAway = (lines: number) =>
    warn(`The target ${row.name} of the audit log threw ${lines} lines away.`, undefined)
  await using delivery = openDelivery(way, threwAway)

  const batch = async (): Promise<'more' | 'all' | 'stale'> => {
    const rows = await linesAfter(store.db, position, atOnce)
    const last = rows.at(-1)
    if (last === undefined) return 'all'
    await delivery.send(rows.map(toAuditLine), signal)
    const gaps = gapsBefore(position, rows)
    const lost = gaps.reduce((sum, [from, to]) => sum + to - from + 1, 0)
    const took = { position: last.seq, lines: rows.length, lost, at: now() }
    if (!(await noteForwarded(store.db, row, took))) return 'stale'
    position = last.seq
    for (const [from, to] of gaps) await deps.gap(row.name, from, to)
    return rows.length < atOnce ? 'all' : 'more'
  }

  while (!signal.aborted) {
    try {
      const left = await batch()
      if (left === 'stale') return
      if (failures > 0) warn(`The target ${row.name} of the audit log takes lines again.`, undefined)
      failures = 0
      if (left === 'all') {
        atOnce = AT_ONCE
        await sleep(GATHER_MS, undefined, { signal }).catch(() => {})
      }
    } catch (error) {
      if (signal.aborted) return
      const failure = asDeliveryError(error)
      failures += 1
      if (failure.tooMany && atOnce > 1) {
        atOnce = Math.ceil(atOnce / 2)
        continue
      }
      const because = whyFailed(failure, way.secrets)
      // Once when it begins: the state says the rest.
      if (failures === 1) warn(`The target ${row.name} of the audit log does not take lines. ${because}`, undefined)
      await noteForwardFailure(store.db, row, because, now()).catch(() => {})
      await sleep(retryInMs(failures, random(), failure.retryAfterMs), undefined, { signal }).catch(() => {})
    }
  }
}
