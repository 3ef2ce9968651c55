import { readAudit, toAuditLine } from '../../audit/list.ts'
import { badToken, cutPage, readPageToken } from '../../inventory/paging.ts'
import { os } from '../context.ts'

/** Where the page before ended: the number of its last line. */
function readSeq(token: string | undefined): number | undefined {
  const parts = readPageToken(token, 1)
  if (parts === null) return undefined
  if (!/^\d{1,15}$/.test(parts[0] ?? '')) throw badToken()
  return Number(parts[0])
}

export const list = os.audit.list.handler(async ({ context: { deps }, input: { continue: after, ...query } }) => {
  const { rows, total } = await readAudit(deps, query, readSeq(after))
  const { page, next } = cutPage(rows, query.limit, last => [String(last.seq)])
  return { items: page.map(toAuditLine), next, total }
})
