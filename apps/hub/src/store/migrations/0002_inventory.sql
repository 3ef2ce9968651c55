create extension if not exists pg_trgm;

create table inventory (
  cluster_id text not null references clusters (id) on delete cascade,
  kind text not null,
  namespace text not null,
  name text not null,
  uid text not null,
  api_version text not null,
  status text not null,
  node text,
  images text[] not null,
  labels jsonb not null,
  owner jsonb,
  data jsonb not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  -- Number of the list that last confirmed the row; rows of older lists are swept at the list's end.
  list bigint not null,
  primary key (cluster_id, kind, namespace, name)
);
create index inventory_node on inventory (cluster_id, node) where node is not null;
create index inventory_status on inventory (kind, status, cluster_id);

create table inventory_sync (
  cluster_id text not null references clusters (id) on delete cascade,
  kind text not null,
  state text not null,
  message text,
  resource_version text,
  list bigint not null,
  count integer not null,
  synced_at timestamptz,
  primary key (cluster_id, kind)
);

create table events (
  cluster_id text not null references clusters (id) on delete cascade,
  uid text not null,
  type text not null,
  reason text not null,
  message text not null,
  kind text not null,
  namespace text not null,
  name text not null,
  source text not null,
  count integer not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  primary key (cluster_id, uid)
);
create index events_newest on events (cluster_id, last_seen desc);
create index events_age on events (last_seen);

create table samples (
  cluster_id text not null references clusters (id) on delete cascade,
  -- '' for the cluster's sum, else a node's name.
  node text not null,
  -- Seconds between samples: 15 is kept for 1 h, 300 for 7 days.
  step integer not null,
  at timestamptz not null,
  cpu_milli double precision not null,
  memory_bytes double precision not null,
  primary key (cluster_id, node, step, at)
);
create index samples_age on samples (step, at);
