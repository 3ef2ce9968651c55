create table meta (
  key text primary key,
  value text not null
);

create table clusters (
  id text primary key,
  name text not null unique,
  uid text not null unique,
  project text not null,
  labels jsonb not null,
  origin text not null,
  connection text not null,
  mode text not null,
  phase text not null,
  conditions jsonb not null,
  -- What the reconciler observed and lists show: version, distribution, provider, region, zones, instance types, sums.
  facts jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  last_seen timestamptz,
  -- Raised by each change of what is wanted; observed_generation follows it.
  generation bigint not null default 1,
  observed_generation bigint not null default 0
);
create index clusters_project on clusters (project, name);

create table credentials (
  cluster_id text primary key references clusters (id) on delete cascade,
  sealed text not null,
  key_id text not null,
  -- CredentialInfo of the contract: nothing in it is secret.
  info jsonb not null,
  updated_at timestamptz not null
);

create table ledger (
  id bigint generated always as identity primary key,
  cluster_id text not null,
  api_version text not null,
  kind text not null,
  namespace text,
  name text not null,
  uid text not null,
  instance text not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  unique (cluster_id, uid)
);

create table tombstones (
  id text primary key,
  name text not null,
  uid text not null,
  receipt jsonb not null,
  disconnected_at timestamptz not null,
  expires_at timestamptz not null
);
create index tombstones_uid on tombstones (uid);

create table tokens (
  id text primary key,
  name text not null,
  -- SHA-256 of the token, hex. Tokens are 256 random bits, so a slow hash would add nothing.
  hash text not null unique,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table sessions (
  id text primary key,
  hash text not null unique,
  token_id text not null references tokens (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz not null,
  user_agent text not null
);

create table audit (
  seq bigint generated always as identity primary key,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  source text not null,
  action text not null,
  cluster_id text,
  target text not null,
  allowed boolean not null,
  because text not null,
  status integer,
  request_id text not null,
  duration_ms integer,
  previous text not null,
  hash text not null
);

create table leases (
  key text primary key,
  holder text not null,
  expires_at timestamptz not null
);
