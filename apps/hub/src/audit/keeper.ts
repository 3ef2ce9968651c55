import { randomUUID } from 'node:crypto'
import { pruneAuditBodies } from '../store/audit-bodies.ts'
import { type HeadRow, keepHead, newestHead, newestLine, thinHeads } from '../store/audit-heads.ts'
import { addPartitions } from '../store/audit-partitions.ts'
import { pruneAudit } from '../store/audit-prune.ts'
import type { Store } from '../store/store.ts'
import type { Audit } from './audit.ts'
import type { HeadKey } from './head-key.ts'

export interface KeeperDeps {
  store: Pick<Store, 'db'>
  headKey: HeadKey
  audit: Audit
  now: () => Date
  warn: (message: string, error: unknown) => void
}

/** How often the newest line is signed, in ms: so much of the log's end could be cut off unseen, by who has the database alone. */
const SIGN_EVERY_MS = 5_000
/** How long each signed head is kept, in ms; of older ones one an hour. */
const ALL_HEADS_KEPT_MS = 3_600_000
/** How often old lines are pruned, in ms. */
const PRUNE_EVERY_MS = 600_000

/** Signs the newest line, where it is not signed yet. Gives the newest head; undefined of an empty log. */
export async function signAudit({
  store: { db },
  headKey,
  now,
}: Pick<KeeperDeps, 'store' | 'headKey' | 'now'>): Promise<HeadRow | undefined> {
  const line = await newestLine(db)
  if (line === undefined) return undefined
  const newest = await newestHead(db, 'head')
  if (newest?.seq === line.seq && newest.hash === line.hash && headKey.isOwn(newest)) return newest
  // What was signed of lines that are gone stays: it is what shows that they are.
  const head = headKey.sign('head', line, now())
  await keepHead(db, head)
  return head
}

/** Deletes lines that are older than `keptMs`. Gives their number. */
export async function pruneOldAudit(deps: KeeperDeps, keptMs: number): Promise<number> {
  const { store, headKey, now, audit } = deps
  const before = new Date(now().getTime() - keptMs)
  let pruned = 0
  while (true) {
    const count = await pruneAudit(store.db, before, (kind, line) => headKey.sign(kind, line, now()))
    if (count === 0) break
    pruned += count
  }
  if (pruned > 0) {
    await audit.record({
      who: { kind: 'system', id: 'retention', name: 'retention', groups: [] },
      source: '',
      action: 'audit.prune',
      clusterId: null,
      target: 'audit',
      allowed: true,
      because: `${pruned} lines from before ${before.toISOString()} were deleted, as the hub’s settings say.`,
      status: 200,
      requestId: randomUUID(),
      durationMs: null,
    })
  }
  return pruned
}

/** Signs and prunes until disposed of, and signs once more then. */
export function keepAudit(deps: KeeperDeps, { keptMs }: { keptMs: number }): AsyncDisposable {
  let busy: Promise<unknown> = Promise.resolve()
  let idle = true
  let prunedAt = Number.NEGATIVE_INFINITY
  const sign = () => signAudit(deps).catch(error => deps.warn('The audit log could not be signed.', error))
  const work = async () => {
    await sign()
    const now = deps.now().getTime()
    if (now - prunedAt < PRUNE_EVERY_MS) return
    prunedAt = now
    await thinHeads(deps.store.db, new Date(now - ALL_HEADS_KEPT_MS))
    await addPartitions(deps.store.db, deps.now()).catch(error =>
      deps.warn('The next partitions of the audit log could not be made; this is tried again.', error),
    )
    await pruneAuditBodies(deps.store.db, new Date(now - keptMs))
    await pruneOldAudit(deps, keptMs)
  }
  const timer = setInterval(() => {
    if (!idle) return
    idle = false
    busy = work()
      .catch(error => deps.warn('Old lines of the audit log could not be pruned.', error))
      .finally(() => {
        idle = true
      })
  }, SIGN_EVERY_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await busy
      await sign()
    },
  }
}
