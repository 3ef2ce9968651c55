import type { Identity } from '@moorage/contract/hub.ts'
import type { AuditEntry } from '../audit/audit.ts'
import { MoorageError } from '../errors.ts'
import type { ProxyDeps } from './deps.ts'
import type { Parsed } from './parse.ts'
import { Refusal } from './refusal.ts'
import { actionOf, targetOf } from './rights.ts'
import type { FailureStatus } from './status.ts'

/** What the audit log keeps of one request to a cluster. */
export interface Trail {
  about(parsed: Parsed): void
  at(clusterId: string): void
  /** What changes something has its line stored before it begins; throws where it can't be. */
  allowed(because: string, read: boolean): Promise<void>
  /** It goes no further: refused, or its member could not be asked. */
  failed(error: unknown, told: Pick<FailureStatus, 'code' | 'message'>): Promise<void>
  /** It is over. `because` where it did not end by itself. */
  ended(status: number, because?: string): void
}

type Deps = Pick<ProxyDeps, 'audit' | 'reads' | 'metrics' | 'log'>

export function auditTrail(
  deps: Deps,
  asked: { id: string; address: string; startedAt: number },
  who: Identity,
): Trail {
  const of = { action: 'kube', target: 'kubernetes', clusterId: null as string | null }
  let reason = ''
  let begun = false
  const entry = (allowed: boolean, because: string, status: number | null): AuditEntry => ({
    who,
    source: asked.address,
    ...of,
    allowed,
    because,
    status,
    requestId: asked.id,
    durationMs: status === null ? null : Math.round(performance.now() - asked.startedAt),
  })
  return {
    about(parsed) {
      of.action = actionOf(parsed)
      of.target = targetOf(parsed)
    },
    at(clusterId) {
      of.clusterId = clusterId
    },
    async allowed(because, read) {
      reason = because
      if (!read) {
        await deps.audit.record(entry(true, because, null)).catch(error => {
          deps.metrics.auditFailed()
          throw error
        })
      }
      begun = true
    },
    async failed(error, { code, message }) {
      if (begun) return deps.reads.note(entry(true, reason, code))
      if (!(error instanceof Refusal || error instanceof MoorageError)) return
      // Denials are waited for, so that whoever asks over and over is slowed by it.
      await deps.audit.record(entry(false, message, code)).catch(failure => {
        deps.metrics.auditFailed()
        deps.log.error({ err: failure, request: asked.id }, 'A denial could not be written to the audit log.')
      })
    },
    ended(status, because) {
      if (begun) deps.reads.note(entry(true, because ?? reason, status))
    },
  }
}
