import { errorTable } from '@moorage/contract/errors.ts'
import { type AuditedAction, auditLine } from './audited.ts'
import type { ApiDeps } from './deps.ts'
import type { Exchange } from './exchange.ts'
import { toMoorageError } from './problem.ts'

/** Writes down a request that changes nothing, with the next batch. */
export function noteRead(
  deps: Pick<ApiDeps, 'reads'>,
  exchange: Exchange,
  { status, ...asked }: Omit<AuditedAction, 'successStatus'> & { status: number },
): void {
  deps.reads.note(auditLine(exchange, asked, status))
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
