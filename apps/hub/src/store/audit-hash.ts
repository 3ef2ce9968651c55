import { createHash } from 'node:crypto'
import type { Insertable, Selectable } from 'kysely'
import type { AuditTable } from './audit-tables.ts'

export type AuditRow = Selectable<AuditTable>
/** One line of the audit; its number and the chain's own columns are added when it is stored. */
export type AuditEntry = Omit<Insertable<AuditTable>, 'seq' | 'previous' | 'hash' | 'format' | 'at'> & { at: Date }

/** What the first line points back to. */
export const GENESIS = '0'.repeat(64)

/** What lines that are written now are covered by. */
export const FORMAT = 2

const sha256 = (line: readonly unknown[]) => createHash('sha256').update(JSON.stringify(line)).digest('hex')

type Hashed = Omit<AuditEntry, 'at'> & { at: Date; seq: number; format: number }

/** Each line's hash covers the line and the hash before it, so none can be changed or taken out unnoticed. */
export function auditHash(previous: string, line: Hashed): string {
  const { at, actor_kind, actor_id, actor_name, source, action, cluster_id, target } = line
  const { allowed, because, status, request_id, duration_ms } = line
  const first = [actor_kind, actor_id, actor_name, source, action, cluster_id, target, allowed, because]
  const common = [at.toISOString(), ...first, status, request_id, duration_ms]
  if (line.format === 1) return sha256([previous, ...common])
  const { via, acts_as, client, verb, api_group, resource, subresource, namespace, name } = line
  const { binding, bytes_in, bytes_out, recording } = line
  const more = [via, acts_as, client, verb, api_group, resource, subresource, namespace, name]
  // The number too: a line can not be put in another's place.
  const all = [...more, binding, bytes_in, bytes_out, recording].map(each => each ?? null)
  return sha256([line.format, line.seq, previous, ...common, ...all])
}
