import type { ColumnType, Generated } from 'kysely'

type Time = ColumnType<Date, Date | string, Date | string>
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type OrNull<T> = ColumnType<T | null, T | null | undefined, T | null>
type Json<T> = ColumnType<T, string, string>

export interface AuditTable {
  seq: number
  at: Time
  actor_kind: string
  actor_id: string
  actor_name: string
  source: string
  action: string
  cluster_id: string | null
  target: string
  allowed: boolean
  because: string
  status: number | null
  request_id: string
  duration_ms: number | null
  previous: string
  hash: string
  /** What the hash covers: see `audit-hash.ts`. */
  format: number
  /** The credential: `token/<id>` or `session/<id>`. */
  via: OrNull<string>
  /** What the member was told whose request it is; null where the hub asked by its own connection alone. */
  acts_as: OrNull<string>
  /** The client's own name: its User-Agent. */
  client: OrNull<string>
  verb: OrNull<string>
  api_group: OrNull<string>
  resource: OrNull<string>
  subresource: OrNull<string>
  namespace: OrNull<string>
  name: OrNull<string>
  /** The binding that decided. */
  binding: OrNull<string>
  bytes_in: OrNull<number>
  bytes_out: OrNull<number>
  /** Id of the recording of the session. */
  recording: OrNull<string>
}

export interface AuditHeadsTable {
  kind: 'head' | 'prune'
  seq: number
  hash: string
  at: Time
  key_id: string
  signature: string
}

/** What is open of a target that lines are sent to. */
export interface AuditForwardOptions {
  ca?: string
  clientCertificate?: string
  /** Names of the sealed ones. */
  headers: string[]
  signed: boolean
  hasQuery: boolean
}

export interface AuditForwardsTable {
  name: string
  version: string
  url: string
  options: Json<AuditForwardOptions>
  sealed: string | null
  key_id: string | null
  enabled: boolean
  position: number
  sent: Generated<number>
  lost: Generated<number>
  last_sent_at: NullableTime
  failing_since: NullableTime
  last_error: OrNull<string>
  created_at: Time
  created_by: string
}

export interface AuditBodiesTable {
  request_id: string
  at: Time
  cluster_id: string
  namespace: string | null
  sealed: string
}

export interface AuditBodyPoliciesTable {
  cluster_id: string
  policy: 'changes'
}

export interface RecordingsTable {
  id: string
  started_at: Time
  ended_at: NullableTime
  cluster_id: string
  cluster_name: string
  actor_kind: string
  actor_id: string
  actor_name: string
  source: string
  kind: string
  namespace: string
  pod: string
  container: OrNull<string>
  command: Json<string[]>
  tty: boolean
  protocol: string
  state: 'running' | 'whole' | 'cut'
  because: OrNull<string>
  exit_code: OrNull<number>
  chunks: Generated<number>
  bytes: Generated<number>
  typed: OrNull<string>
  last_chunk_at: Time
}

export interface RecordingChunksTable {
  recording_id: string
  n: number
  sealed: string
}

export interface RecordingPoliciesTable {
  cluster_id: string
  policy: 'record' | 'record-or-refuse' | 'off'
}
