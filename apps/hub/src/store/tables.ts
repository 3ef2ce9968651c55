import type { AgentOptions } from '@moorage/contract/agent.ts'
import type { Condition, CredentialInfo, Receipt } from '@moorage/contract/cluster.ts'
import type { TokenScope } from '@moorage/contract/hub.ts'
import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable } from 'kysely'
import type { AccessTables } from './access-tables.ts'
import type * as audit from './audit-tables.ts'

/** A jsonb column: read as `T`, written as JSON text. */
type Json<T> = ColumnType<T, string, string>
/** A timestamptz column. */
type Time = ColumnType<Date, Date | string, Date | string>
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type OrNull = ColumnType<string | null, string | null | undefined, string | null>
/** A bigint column. Both engines are told to read it as a number. */
type BigIntGenerated = Generated<number>

export interface MetaTable {
  key: string
  value: string
}

export interface ClustersTable {
  id: string
  name: string
  /** null until an imported cluster has joined. */
  uid: string | null
  project: string
  labels: Json<Record<string, string>>
  origin: 'imported' | 'connected' | 'created' | 'provisioned'
  connection: 'agent' | 'direct' | 'cloud'
  mode: 'read-only' | 'full'
  phase: string
  conditions: Json<Condition[]>
  facts: Json<Record<string, unknown>>
  created_at: Time
  created_by: string
  last_seen: NullableTime
  generation: BigIntGenerated
  observed_generation: BigIntGenerated
  /** A disconnect was asked for and waits for its agent: then its phase is Disconnecting. */
  leaving_since: NullableTime
  leaving_by: ColumnType<string | null, string | null | undefined, string | null>
}

export interface CredentialsTable {
  cluster_id: string
  sealed: string
  key_id: string
  info: Json<CredentialInfo>
  updated_at: Time
}

export interface LedgerTable {
  id: BigIntGenerated
  cluster_id: string
  api_version: string
  kind: string
  namespace: string | null
  name: string
  uid: string
  instance: string
  created_at: Time
  removed_at: NullableTime
  used_at: NullableTime
}

export interface TombstonesTable {
  id: string
  name: string
  uid: string | null
  agent_key: ColumnType<string | null, string | null | undefined, string | null>
  agent_public_key: ColumnType<Record<string, string> | null, string | null | undefined, string | null>
  receipt: Json<Receipt>
  disconnected_at: Time
  expires_at: Time
}

/** AgentOptions of the contract. Proxies with a password stand there without it, and whole in `sealedProxy`. */
export type StoredAgentOptions = AgentOptions & { sealedProxy?: { http?: string; https?: string } }

export interface AgentsTable {
  cluster_id: string
  options: Json<StoredAgentOptions>
  provider: string
  wanted_mode: 'read-only' | 'full'
  public_key: ColumnType<Record<string, string> | null, string | null, string | null>
  key_id: string | null
  registered_at: NullableTime
  version: string | null
  mode: 'read-only' | 'full' | null
  proxied: Generated<boolean>
}

export interface JoinTokensTable {
  id: string
  cluster_id: string
  hash: string
  purpose: 'import' | 'adopt' | 'reconnect'
  mode: 'read-only' | 'full'
  created_at: Time
  created_by: string
  expires_at: Time
  used_at: NullableTime
}

export interface ImportStepsTable {
  cluster_id: string
  name: string
  status: 'waiting' | 'ok' | 'failed'
  message: string
  at: Time
}

export interface ConnectionEventsTable {
  id: BigIntGenerated
  cluster_id: string
  at: Time
  type: string
  agent: string | null
  replica: string
  address: string | null
  reason: string
  message: string
}

export interface ReplicasTable {
  id: string
  url: string
  expires_at: Time
}

export interface TunnelsTable {
  cluster_id: string
  agent: string
  replica: string
  address: string | null
  since: Time
  idle: number
  busy: number
}

export interface UsedAssertionsTable {
  key_id: string
  id: string
  expires_at: Time
}

export interface TokensTable {
  id: string
  name: string
  hash: string
  created_at: Time
  created_by: string
  expires_at: NullableTime
  last_used_at: NullableTime
  revoked_at: NullableTime
  /** With neither of these two it is an admin's. */
  user_id: OrNull
  service_account_id: OrNull
  scope: ColumnType<TokenScope | null, string | null | undefined, string | null>
  groups: ColumnType<string[] | null, string | null | undefined, string | null>
}

export interface SessionsTable {
  id: string
  hash: string
  /** Either this or `user_id` is set. */
  token_id: OrNull
  created_at: Time
  expires_at: Time
  last_used_at: Time
  user_agent: string
  user_id: OrNull
  groups: ColumnType<string[] | null, string | null | undefined, string | null>
  idle_expires_at: NullableTime
  address: OrNull
  issuer: OrNull
}

export interface LeasesTable {
  key: string
  holder: string
  expires_at: Time
}

export interface InventoryTable {
  cluster_id: string
  kind: string
  namespace: string
  name: string
  uid: string
  api_version: string
  status: string
  node: string | null
  images: Json<string[]>
  labels: Json<Record<string, string>>
  owner: Json<{ kind: string; name: string } | null>
  data: Json<Record<string, unknown>>
  created_at: Time
  hash: string
  image_text: GeneratedAlways<string>
  cpu_milli: GeneratedAlways<number | null>
  memory_bytes: GeneratedAlways<number | null>
}

export interface InventorySyncTable {
  cluster_id: string
  kind: string
  state: string
  message: string | null
  resource_version: string | null
  count: number
  version: BigIntGenerated
  synced_at: NullableTime
}

export interface EventsTable {
  cluster_id: string
  uid: string
  type: string
  reason: string
  message: string
  kind: string
  namespace: string
  name: string
  source: string
  count: number
  first_seen: Time
  last_seen: Time
}

export interface SamplesTable {
  cluster_id: string
  step: number
  at: Time
  cpu_milli: number
  memory_bytes: number
}

export interface NodeUsageTable {
  cluster_id: string
  node: string
  at: Time
  cpu_milli: number
  memory_bytes: number
}

/** Every table, for Kysely. The SQL is in `migrations/`. */
export interface Database extends AccessTables {
  meta: MetaTable
  clusters: ClustersTable
  credentials: CredentialsTable
  ledger: LedgerTable
  tombstones: TombstonesTable
  tokens: TokensTable
  sessions: SessionsTable
  audit: audit.AuditTable
  audit_heads: audit.AuditHeadsTable
  audit_forwards: audit.AuditForwardsTable
  audit_bodies: audit.AuditBodiesTable
  audit_body_policies: audit.AuditBodyPoliciesTable
  recordings: audit.RecordingsTable
  recording_chunks: audit.RecordingChunksTable
  recording_policies: audit.RecordingPoliciesTable
  leases: LeasesTable
  inventory: InventoryTable
  inventory_sync: InventorySyncTable
  events: EventsTable
  samples: SamplesTable
  node_usage: NodeUsageTable
  agents: AgentsTable
  join_tokens: JoinTokensTable
  import_steps: ImportStepsTable
  connection_events: ConnectionEventsTable
  replicas: ReplicasTable
  tunnels: TunnelsTable
  used_assertions: UsedAssertionsTable
}

export type ClusterRow = Selectable<ClustersTable>
export type NewCluster = Insertable<ClustersTable>
