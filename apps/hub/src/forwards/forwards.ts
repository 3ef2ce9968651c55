import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Audit } from '../audit/audit.ts'
import { type AuditForwardRow, listAuditForwards, noteForwardFailure } from '../store/audit-forwards.ts'
import type { Lease, Leases } from '../work/leases.ts'
import { whyFailed } from './delivery.ts'
import { type ForwardDeps, forward, RETRY_LONGEST_MS } from './forward.ts'

/** How often it is looked which targets there are, in ms. */
const LOOK_EVERY_MS = 1_000

export interface ForwardsDeps extends Omit<ForwardDeps, 'gap'> {
  leases: Pick<Leases, 'acquire'>
  audit: Audit
}

interface Running {
  version: string
  stop: AbortController
  ended: Promise<void>
}

/** Sends the audit log to its targets until disposed of: each by one replica at a time. */
export function startForwards(deps: ForwardsDeps): AsyncDisposable {
  const { store, leases, audit, warn, now } = deps
  const running = new Map<string, Running>()
  const stopping = new AbortController()

  const gap = (name: string, from: number, to: number) =>
    audit.record({
      who: { kind: 'system', id: 'forward', name: 'forward', groups: [] },
      source: '',
      action: 'audit.forwardGap',
      clusterId: null,
      target: `audit/${name}`,
      allowed: true,
      because: `Lines ${from} to ${to} were not there any more when ${name} could have taken them.`,
      status: 200,
      requestId: randomUUID(),
      durationMs: null,
    })

  const run = async (row: AuditForwardRow, lease: Lease, signal: AbortSignal) => {
    await using _ = lease
    try {
      await forward({ ...deps, gap }, row, AbortSignal.any([signal, lease.lost]))
    } catch (error) {
      warn(`The audit log can not be sent to ${row.name}.`, error)
      await noteForwardFailure(store.db, row, whyFailed(error, { headers: {} }), now()).catch(() => {})
      // Such as a key that is gone: it is not looked at every second.
      await sleep(RETRY_LONGEST_MS, undefined, { signal }).catch(() => {})
    }
  }

  const begin = async (row: AuditForwardRow) => {
    const lease = await leases.acquire(`audit-forward/${row.name}`)
    if (lease === null) return
    const stop = new AbortController()
    const ended = run(row, lease, AbortSignal.any([stop.signal, stopping.signal])).finally(() => {
      running.delete(row.name)
    })
    running.set(row.name, { version: row.version, stop, ended })
  }

  const look = async () => {
    const wanted = (await listAuditForwards(store.db)).filter(({ enabled }) => enabled)
    for (const [name, { version, stop }] of running) {
      if (!wanted.some(row => row.name === name && row.version === version)) stop.abort()
    }
    for (const row of wanted) if (!running.has(row.name) && !stopping.signal.aborted) await begin(row)
  }

  let busy: Promise<void> | null = null
  const timer = setInterval(() => {
    busy ??= look()
      .catch(error => warn('The targets of the audit log could not be read.', error))
      .finally(() => {
        busy = null
      })
  }, LOOK_EVERY_MS)
  timer.unref()

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      stopping.abort()
      await busy
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
  }
}
