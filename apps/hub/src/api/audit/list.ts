import { readAudit, toAuditLine } from '../../audit/list.ts'
import { badToken } from '../../inventory/paging.ts'
import { os } from '../context.ts'
import { cutByTime, readTimeToken } from '../time-cursor.ts'

/** Where the page before ended: time and number of its last line. */
function readPlace(token: string | undefined) {
  const place = readTimeToken(token)
  if (place === undefined) return undefined
  if (!/^\d{1,15}$/.test(place.id)) throw badToken()
  return { at: place.at, seq: Number(place.id) }
}

export const list = os.audit.list.handler(async ({ context: { deps }, input: { continue: after, ...query } }) => {
  const { rows, total } = await readAudit(deps, query, readPlace(after))
  const { items, next } = cutByTime(rows, query.limit, ({ at, seq }) => ({ at, id: String(seq) }))
  return { items: items.map(toAuditLine), next, total }
})
