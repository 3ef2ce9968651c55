import { readAudit, toAuditLine } from '../../audit/list.ts'
import { badToken } from '../../inventory/paging.ts'
import { os, whoAsks } from '../context.ts'
import { cutByTime, readTimeToken } from '../time-cursor.ts'
import { auditSight } from './sight.ts'

/** Where the page before ended: time and number of its last line. */
function readPlace(token: string | undefined) {
  const place = readTimeToken(token)
  if (place === undefined) return undefined
  if (!/^\d{1,15}$/.test(place.id)) throw badToken()
  return { at: place.at, seq: Number(place.id) }
}

export const list = os.audit.list.handler(async ({ context, input: { continue: after, ...query } }) => {
  const { deps } = context
  const place = { before: readPlace(after), sight: await auditSight(deps, whoAsks(context)) }
  const { rows, total } = await readAudit(deps, query, place)
  const { items, next } = cutByTime(rows, query.limit, ({ at, seq }) => ({ at, id: String(seq) }))
  return { items: items.map(toAuditLine), next, total }
})
