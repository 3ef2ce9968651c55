-- Targets outside of the hub that lines of the audit log are sent to as they are written.
create table audit_forwards (
  name text collate "C" primary key,
  -- Differs between two settings of one name: what is noted of the one before does not count.
  version text not null,
  -- Without the query, which may be a secret.
  url text not null,
  options jsonb not null,
  -- Headers, keys and the query; sealed.
  sealed text,
  key_id text,
  enabled boolean not null,
  -- The last line that the target has.
  position bigint not null,
  sent bigint not null default 0,
  -- Lines that were deleted before the target had them.
  lost bigint not null default 0,
  last_sent_at timestamptz,
  failing_since timestamptz,
  last_error text,
  created_at timestamptz not null,
  created_by text not null
);

-- Clusters of which the bodies of changes are kept, with what could be secret masked.
create table audit_body_policies (
  cluster_id text primary key references clusters (id) on delete cascade,
  policy text not null check (policy in ('changes'))
);
create table audit_bodies (
  request_id text primary key,
  at timestamptz not null,
  cluster_id text not null,
  namespace text,
  sealed text not null
);
create index audit_bodies_at on audit_bodies (at);
