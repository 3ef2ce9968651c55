import type { Rules, Scope } from '@moorage/contract/access.ts'
import type { IssuerOptions } from '@moorage/contract/issuer.ts'
import type { Limits } from '@moorage/contract/limits.ts'
import type { ColumnType, Generated } from 'kysely'

type Json<T> = ColumnType<T, string, string>
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>
type Time = ColumnType<Date, Date | string, Date | string>
type NullableTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type OrNull = ColumnType<string | null, string | null | undefined, string | null>

export interface UsersTable {
  id: string
  name: string
  source: string
  subject: OrNull
  issuer_url: OrNull
  display_name: Generated<string>
  email: OrNull
  password_hash: OrNull
  must_change_password: Generated<boolean>
  disabled_at: NullableTime
  disabled_because: OrNull
  created_at: Time
  created_by: string
  last_seen_at: NullableTime
  cuts: Generated<number>
}

export interface FailedSignInsTable {
  name: string
  failures: number
  last_at: Time
  locked_until: NullableTime
}

export interface ServiceAccountsTable {
  id: string
  name: string
  description: Generated<string>
  disabled_at: NullableTime
  created_at: Time
  created_by: string
  last_seen_at: NullableTime
}

export interface GroupsTable {
  name: string
  description: string
  created_at: Time
  created_by: string
}

export interface GroupMembersTable {
  group_name: string
  user_name: string
}

export interface ProjectsTable {
  name: string
  description: string
  labels: Json<Record<string, string>>
  created_at: Time
  created_by: string
}

export interface ProjectClustersTable {
  project: string
  cluster_id: string
  added_at: Time
  added_by: string
}

export interface RolesTable {
  name: string
  description: string
  allow: Json<Rules>
  deny: Json<Rules>
  created_at: Time
  created_by: string
  updated_at: Time
}

export interface BindingsTable {
  name: string
  role: string
  scope: Json<Scope>
  expires_at: NullableTime
  reason: OrNull
  created_at: Time
  created_by: string
  ended_at: NullableTime
}

export interface BindingSubjectsTable {
  binding: string
  kind: 'user' | 'group' | 'service-account'
  name: string
}

export interface AccessRequestsTable {
  id: string
  subject_kind: 'user' | 'service-account'
  subject_name: string
  role: string
  scope: Json<Scope>
  reason: string
  seconds: number
  state: 'pending' | 'approved' | 'denied' | 'withdrawn'
  created_at: Time
  expires_at: Time
  decided_at: NullableTime
  decided_by: OrNull
  answer: OrNull
  binding: OrNull
}

export interface IssuersTable {
  name: string
  url: string
  client_id: string
  sealed_secret: OrNull
  key_id: OrNull
  options: Json<IssuerOptions>
  created_at: Time
  created_by: string
}

export interface SignInsTable {
  hash: string
  issuer: string
  nonce: string
  sealed_verifier: string
  key_id: string
  then_to: string
  created_at: Time
  expires_at: Time
}

export interface DeviceCodesTable {
  id: string
  device_hash: string
  user_code_hash: string
  address: string
  client: string
  created_at: Time
  expires_at: Time
  user_id: OrNull
  groups: JsonOrNull<string[]>
  decided_at: NullableTime
  allowed: ColumnType<boolean | null, boolean | null | undefined, boolean | null>
}

export interface CommandLineCodesTable {
  hash: string
  challenge: string
  user_id: string
  groups: Json<string[]>
  client: string
  expires_at: Time
}

export interface ClusterLimitsTable {
  cluster_id: string
  limits: Json<Limits>
  set_at: Time
  set_by: string
}

export interface SubjectLimitsTable {
  kind: 'user' | 'group' | 'service-account'
  name: string
  limits: Json<Limits>
  set_at: Time
  set_by: string
}

export interface AccessTables {
  users: UsersTable
  failed_sign_ins: FailedSignInsTable
  service_accounts: ServiceAccountsTable
  groups: GroupsTable
  group_members: GroupMembersTable
  projects: ProjectsTable
  project_clusters: ProjectClustersTable
  roles: RolesTable
  bindings: BindingsTable
  binding_subjects: BindingSubjectsTable
  access_requests: AccessRequestsTable
  cluster_limits: ClusterLimitsTable
  subject_limits: SubjectLimitsTable
  issuers: IssuersTable
  sign_ins: SignInsTable
  device_codes: DeviceCodesTable
  command_line_codes: CommandLineCodesTable
}
