import type { Decision } from '@moorage/contract/access-request.ts'
import type { Authenticated } from '../access/identity.ts'
import type { OperationRule } from '../access/rules.ts'
import type { AuditDetail } from '../audit/audit.ts'
import type { Exchange } from './exchange.ts'

/** By which credential somebody acts. Its id, never its text. */
export const viaOf = ({ via }: Authenticated): string =>
  via.kind === 'session' ? `session/${via.sessionId}` : `token/${via.tokenId}`

/** What the audit says of a request to the hub itself beyond who, what and how it ended. */
export function hubDetail(
  { request }: Pick<Exchange, 'request'>,
  rule: Pick<OperationRule, 'verb' | 'resource' | 'audited'>,
  authenticated: Authenticated | null,
  decision?: Decision,
): AuditDetail {
  const client = request.headers['user-agent']
  return {
    ...(authenticated === null ? {} : { via: viaOf(authenticated) }),
    ...(client === undefined ? {} : { client }),
    ...(rule.audited ?? { verb: rule.verb, resource: rule.resource }),
    binding: decision?.binding,
  }
}
