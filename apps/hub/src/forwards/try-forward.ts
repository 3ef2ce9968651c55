import type { AuditLine } from '@moorage/contract/audit.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import type { AuditForwardRow } from '../store/audit-forwards.ts'
import { whyFailed } from './delivery.ts'
import { asDeliveryError, openDelivery, type WayDeps, wayTo } from './open-way.ts'

const HASH_OF_NOTHING = '0'.repeat(64)

const testLine = (at: Date, who: Identity, requestId: string): AuditLine => ({
  ...{ seq: 0, at: at.toISOString(), actor: { kind: who.kind, id: who.id, name: who.name }, source: '' },
  ...{ action: 'auditForwards.test', cluster: null, target: 'audit', allowed: true },
  because: 'This line is a test. It is not in the audit log.',
  ...{ status: 200, requestId, durationMs: null, via: null, actsAs: null, client: null, verb: null, apiGroup: null },
  ...{ resource: null, subresource: null, namespace: null, name: null, binding: null, bytesIn: null, bytesOut: null },
  ...{ recording: null, hash: HASH_OF_NOTHING },
})

/** Sends one line that is in no log. Throws a sentence where the target does not take it. */
export async function tryForward(deps: WayDeps, row: AuditForwardRow, who: Identity, requestId: string): Promise<void> {
  const way = wayTo(deps, row)
  await using delivery = openDelivery(way)
  try {
    // It waits no longer than any batch does, whoever goes away meanwhile.
    await delivery.send([testLine(deps.now(), who, requestId)], new AbortController().signal)
  } catch (error) {
    const because = whyFailed(asDeliveryError(error), way.secrets)
    throw new MoorageError('forward_failed', `${row.name} did not take a line. ${because}`, {
      fix: 'Check its address, that the hub reaches it, its CA, and what it wants to be told.',
      cause: error,
    })
  }
}
