import { errorTable } from '@moorage/contract/errors.ts'
import type { AuditedAction } from './audited.ts'
import type { ApiDeps } from './deps.ts'
import type { Exchange } from './exchange.ts'
import { toMoorageError } from './problem.ts'

/** Writes down a request that changes nothing, with the next batch. */
export function noteRead(
  deps: Pick<ApiDeps, 'reads'>,
  exchange: Exchange,
  { action, because, note, detail, status }: Omit<AuditedAction, 'successStatus'> & { status: number },
): void {
  deps.reads.note({
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
    durationMs: Math.round(performance.now() - exchange.startedAt),
  })
}

/** Reads, and notes how it ended. */
export async function noted<T>(read: () => Promise<T>, note: (status: number) => void, success: number): Promise<T> {
  try {
    const output = await read()
    note(success)
    return output
  } catch (error) {
    note(errorTable[toMoorageError(error).code].status)
    throw error
  }
}
