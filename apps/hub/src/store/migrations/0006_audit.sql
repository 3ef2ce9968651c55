-- breaking
-- Lines are numbered without gaps by whoever holds the audit's lock, so that a missing one can be named.
alter table audit alter column seq drop identity;
alter table audit
  -- What the hash covers: 1 before this migration, 2 from here on.
  add column format smallint not null default 1,
  add column via text,
  add column acts_as text,
  add column client text,
  add column verb text,
  add column api_group text,
  add column resource text,
  add column subresource text,
  add column namespace text,
  add column name text,
  add column binding text,
  add column bytes_in bigint,
  add column bytes_out bigint,
  add column recording text;

-- A page is read newest first, so each index ends with time and number.
create index audit_at on audit (at, seq);
create index audit_actor_name on audit (actor_name, at, seq);
create index audit_actor_id on audit (actor_id, at, seq);
create index audit_cluster on audit (cluster_id, at, seq) where cluster_id is not null;
create index audit_resource on audit (resource, verb, at, seq) where resource is not null;
create index audit_namespace on audit (namespace, at, seq) where namespace is not null;
-- Refusals and failures are few, and asked for most.
create index audit_failed on audit (at, seq) where status >= 400;
create index audit_name on audit (name, at, seq) where name is not null;
create index audit_request on audit (request_id);

-- What was signed of the chain: its newest line at some time, and up to where it was pruned.
create table audit_heads (
  kind text not null check (kind in ('head', 'prune')),
  seq bigint not null,
  hash text not null,
  at timestamptz not null,
  key_id text not null,
  signature text not null,
  primary key (kind, seq)
);

create table recordings (
  id text primary key,
  started_at timestamptz not null,
  ended_at timestamptz,
  cluster_id text not null,
  cluster_name text not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  source text not null,
  kind text not null,
  namespace text not null,
  pod text not null,
  container text,
  command jsonb not null,
  tty boolean not null,
  protocol text not null,
  state text not null check (state in ('running', 'whole', 'cut')),
  because text,
  exit_code integer,
  chunks integer not null default 0,
  bytes bigint not null default 0,
  -- What was typed, as it was seen on the screen; sealed.
  typed text,
  last_chunk_at timestamptz not null
);
create index recordings_started on recordings (started_at, id);
create index recordings_cluster on recordings (cluster_id, started_at, id);
create index recordings_actor on recordings (actor_name, started_at, id);

create table recording_chunks (
  recording_id text not null references recordings (id) on delete cascade,
  n integer not null,
  sealed text not null,
  primary key (recording_id, n)
);

-- Where a cluster differs from what the hub is set to.
create table recording_policies (
  cluster_id text primary key references clusters (id) on delete cascade,
  policy text not null check (policy in ('record', 'record-or-refuse', 'off'))
);
