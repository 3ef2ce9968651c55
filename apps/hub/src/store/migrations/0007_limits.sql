-- When, from where and by what a cluster may be used.
create table cluster_limits (
  cluster_id text primary key references clusters (id) on delete cascade,
  limits jsonb not null,
  set_at timestamptz not null,
  set_by text not null
);

-- The same of whoever uses the hub, by name as in bindings: an issuer's groups stand in no other table.
create table subject_limits (
  kind text not null check (kind in ('user', 'group', 'service-account')),
  name text not null,
  limits jsonb not null,
  set_at timestamptz not null,
  set_by text not null,
  primary key (kind, name)
);
