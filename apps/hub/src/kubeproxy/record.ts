import type { IncomingMessage } from 'node:http'
import type { Decision } from '@moorage/contract/access-request.ts'
import type { Way } from '@moorage/contract/limits.ts'
import type { Authenticated } from '../access/identity.ts'
import type { AuditDetail, AuditEntry } from '../audit/audit.ts'
import { MoorageError } from '../errors.ts'
import type { ProxyDeps } from './deps.ts'
import type { Asked } from './gate.ts'
import type { Parsed } from './parse.ts'
import { Denied, Refusal } from './refusal.ts'
import { actionOf, objectOf, targetOf } from './rights.ts'
import type { FailureStatus } from './status.ts'

/** What the audit log keeps of one request to a cluster. */
export interface Trail {
  about(parsed: Parsed): void
  at(clusterId: string): void
  /** The rules let it through. What changes something has its line stored before it begins; throws where it can't be. */
  allowed(decision: Decision, read: boolean): Promise<void>
  /** What came out on the way, for the line that says how it ended. */
  more(detail: AuditDetail): void
  /** It goes no further: refused, or its member could not be asked. */
  failed(error: unknown, told: Pick<FailureStatus, 'code' | 'message'>): Promise<void>
  /** It is over. `because` where it did not end by itself. */
  ended(status: number, because?: string): void
}

type Deps = Pick<ProxyDeps, 'audit' | 'reads' | 'metrics' | 'log'>

const credentialOf = ({ via }: Authenticated) =>
  via.kind === 'session' ? `session/${via.sessionId}` : `token/${via.tokenId}`

/** By which credential, and by which way where that is not the usual one. */
const viaOf = (by: Authenticated, way: Way | undefined) => `${way === undefined ? '' : `${way}/`}${credentialOf(by)}`

export function auditTrail(
  deps: Deps,
  asked: Pick<Asked, 'id' | 'way' | 'address' | 'startedAt'> & { request: Pick<IncomingMessage, 'headers'> },
  /** null: nobody who is known. */
  by: Authenticated | null,
): Trail {
  const of = { action: 'kube', target: 'kubernetes', clusterId: null as string | null }
  const client = asked.request.headers['user-agent']
  const detail: AuditDetail = {
    ...(by === null ? {} : { via: viaOf(by, asked.way) }),
    ...(client === undefined ? {} : { client }),
  }
  let reason = ''
  let begun = false
  const entry = (allowed: boolean, because: string, status: number | null): AuditEntry => ({
    who: by?.identity ?? null,
    source: asked.address,
    ...of,
    ...detail,
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
      Object.assign(detail, objectOf(parsed))
    },
    at(clusterId) {
      of.clusterId = clusterId
    },
    async allowed({ because, binding }, read) {
      reason = because
      detail.binding = binding
      if (!read) {
        await deps.audit.record(entry(true, because, null)).catch(error => {
          deps.metrics.auditFailed()
          throw error
        })
      }
      begun = true
    },
    more: found => void Object.assign(detail, found),
    async failed(error, { code, message }) {
      if (begun && !(error instanceof Denied)) return deps.reads.note(entry(true, reason, code))
      if (!(error instanceof Refusal || error instanceof MoorageError)) return
      if (error instanceof Denied) detail.binding = error.binding
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
