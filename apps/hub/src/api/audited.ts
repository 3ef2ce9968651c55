import { errorTable } from '@moorage/contract/errors.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import type { AuditDetail, AuditEntry } from '../audit/audit.ts'
import type { ApiDeps } from './deps.ts'
import type { Asking } from './exchange.ts'
import { toMoorageError } from './problem.ts'

/** What both lines say. `note` may be filled in by the action for the closing one. */
export interface AuditedAction {
  action: string
  because: string
  note: { clusterId: string | null; target: string; who: Identity | null }
  successStatus: number
  detail: AuditDetail
}

/** A line about an allowed request to the hub; without a status it has only begun. */
export const auditLine = (
  exchange: Asking,
  { action, because, note, detail }: Omit<AuditedAction, 'successStatus'>,
  status: number | null,
): AuditEntry => ({
  ...detail,
  who: note.who,
  source: exchange.address,
  action,
  clusterId: note.clusterId,
  target: note.target,
  allowed: true,
  because,
  status,
  requestId: exchange.id,
  durationMs: status === null ? null : Math.round(performance.now() - exchange.startedAt),
})

/**
 * Runs an action between two lines of the audit log. The first has to be
 * stored before the action begins, so nothing is ever changed without a trace.
 * Where the closing line can't be stored the answer stays what it is, as the
 * change was made and a client that is told otherwise would make it again.
 */
export async function audited<T>(
  deps: ApiDeps,
  exchange: Asking,
  asked: AuditedAction,
  act: () => Promise<T>,
): Promise<T> {
  const write = (status: number | null) => deps.audit.record(auditLine(exchange, asked, status))
  const close = async (status: number) => {
    try {
      await write(status)
    } catch (error) {
      deps.metrics.auditFailed()
      deps.log.error(
        { err: error, request: exchange.id },
        'The outcome of a change could not be written to the audit log.',
      )
    }
  }
  try {
    await write(null)
  } catch (error) {
    deps.metrics.auditFailed()
    throw error
  }
  let result: T
  try {
    result = await act()
  } catch (error) {
    await close(errorTable[toMoorageError(error).code].status)
    throw error
  }
  await close(asked.successStatus)
  return result
}
