create extension if not exists pg_trgm;

-- Words are compared byte by byte, as Kubernetes sorts them, whatever the database's own collation is.
create table inventory (
  cluster_id text not null references clusters (id) on delete cascade,
  kind text collate "C" not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  uid text not null,
  api_version text not null,
  status text collate "C" not null,
  node text collate "C",
  images jsonb not null,
  labels jsonb not null,
  owner jsonb,
  data jsonb not null,
  created_at timestamptz not null,
  -- Of everything above. Where it is the same, the row is not written again.
  hash text not null,
  -- What a search for images looks through.
  image_text text collate "C" generated always as (lower(images::text)) stored,
  -- What a pod holds on its node; null once it has ended, and for other kinds.
  cpu_milli double precision generated always as ((data -> 'requests' ->> 'cpuMilli')::double precision) stored,
  memory_bytes double precision generated always as ((data -> 'requests' ->> 'memoryBytes')::double precision) stored,
  primary key (cluster_id, kind, namespace, name)
  -- A change mostly touches no indexed column; with room on its page it costs no index entry either.
) with (fillfactor = 80);
-- No condition looks into these, and statistics of JSON are slow to make.
alter table inventory alter uid set statistics 0, alter images set statistics 0, alter owner set statistics 0,
  alter data set statistics 0, alter hash set statistics 0;
-- For the requests of nodes.
create index inventory_node on inventory (cluster_id, node) where node is not null;
-- For search. New entries of the last three wait on a list that every search reads through, and that the hub empties each minute.
create index inventory_status on inventory (lower(status), kind);
create index inventory_namespace on inventory (namespace, cluster_id);
create index inventory_name on inventory using gin (name gin_trgm_ops);
create index inventory_images on inventory using gin (image_text gin_trgm_ops);
create index inventory_labels on inventory using gin (labels);

create table inventory_sync (
  cluster_id text not null references clusters (id) on delete cascade,
  kind text not null,
  state text not null,
  message text,
  -- Where a watch may resume; null while a list runs. Stored together with the rows that it stands for.
  resource_version text,
  count integer not null,
  -- Raised whenever rows were added, removed or are different: what was made of them is old then.
  version bigint not null default 0,
  -- When the rows were last known to be the truth: a finished list, a change or a bookmark.
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
create index events_newest on events (cluster_id, last_seen desc, uid desc);
create index events_age on events (last_seen);

-- CPU and memory of a whole cluster over time.
create table samples (
  cluster_id text not null references clusters (id) on delete cascade,
  -- Seconds between samples: 15 is kept for 1 h; 300, their average, for 7 days.
  step integer not null,
  at timestamptz not null,
  cpu_milli double precision not null,
  memory_bytes double precision not null,
  primary key (cluster_id, step, at)
);
create index samples_age on samples (step, at);

-- The newest reading of each node. Room is left in the pages, as every row changes every 15 s.
create table node_usage (
  cluster_id text not null references clusters (id) on delete cascade,
  node text collate "C" not null,
  at timestamptz not null,
  cpu_milli double precision not null,
  memory_bytes double precision not null,
  primary key (cluster_id, node)
) with (fillfactor = 50);
