import { addAbortSignal, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AuditFilters } from '@moorage/contract/audit.ts'
import { z } from 'zod'
import { exportAudit } from '../../audit/export.ts'
import { MoorageError } from '../../errors.ts'
import { auditSight } from '../audit/sight.ts'
import { audited } from '../audited.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { invalidInput } from '../field-messages.ts'
import { BACKUP_STALL_MS } from '../limits.ts'
import { readQuery } from '../read-json.ts'
import { admitRaw } from './admit-raw.ts'

const Asked = AuditFilters.extend({ format: z.enum(['jsonl', 'csv']).default('jsonl') })

const TYPES = { jsonl: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const

/** Lines of the audit log as a file, streamed. It ends where the credential is revoked meanwhile. */
export async function auditExport(deps: ApiDeps, exchange: Exchange): Promise<void> {
  const { decision, authenticated, detail } = await admitRaw(deps, exchange, 'raw.auditExport')
  if (authenticated === null) throw new MoorageError('unauthenticated', 'The request carries no credential.')
  const given = readQuery(exchange.query)
  const parsed = Asked.safeParse(given)
  if (!parsed.success) {
    throw invalidInput(parsed.error.issues, given, { whole: 'query', known: Object.keys(Asked.shape) })
  }
  const { format, ...asked } = parsed.data
  const note = { clusterId: null, target: `audit/export.${format}`, who: authenticated.identity }
  const { because } = decision
  await audited(deps, exchange, { action: 'raw.auditExport', because, note, successStatus: 200, detail }, async () => {
    const { response } = exchange
    response.writeHead(200, {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="audit-${deps.now().toISOString().slice(0, 10)}.${format}"`,
    })
    response.setTimeout(BACKUP_STALL_MS, () => response.destroy())
    const sight = await auditSight(deps, authenticated.identity)
    const credential = deps.live.follow(authenticated)
    try {
      await pipeline(
        Readable.from(exportAudit(deps, asked, { format, sight })),
        addAbortSignal(credential.signal, response),
      )
    } finally {
      credential.done()
    }
  })
}
