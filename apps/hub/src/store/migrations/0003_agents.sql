-- breaking
-- An imported cluster is listed from the moment that its manifest was made, before its agent has joined and its UID is known.
alter table clusters alter column uid drop not null;
alter table tombstones alter column uid drop not null;
-- A disconnect that waits for the agent to take out what is owed: since when, and who asked for it.
alter table clusters add column leaving_since timestamptz;
alter table clusters add column leaving_by text;
-- A removed agent that comes back is told to remove itself: its key's thumbprint (RFC 7638).
alter table tombstones add column agent_key text;
-- The key itself, as JWK: what the agent says is still checked.
alter table tombstones add column agent_public_key jsonb;
create index tombstones_agent_key on tombstones (agent_key) where agent_key is not null;

-- What was asked for of an agent, and what is known of it.
create table agents (
  cluster_id text primary key references clusters (id) on delete cascade,
  -- AgentOptions of the contract.
  options jsonb not null,
  provider text not null,
  -- The mode of the newest manifest that was handed out; the cluster's own is what was observed.
  wanted_mode text not null,
  -- Ed25519 public key as JWK, and its thumbprint. null until registration. No other agent may have it.
  public_key jsonb,
  key_id text unique,
  registered_at timestamptz,
  version text,
  -- What the manifest that it runs with says.
  mode text,
  proxied boolean not null default false
);

-- Single use, kept until they expire so that a second use can be named.
create table join_tokens (
  id text primary key,
  cluster_id text not null references clusters (id) on delete cascade,
  -- SHA-256, hex.
  hash text not null unique,
  purpose text not null,
  mode text not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index join_tokens_cluster on join_tokens (cluster_id);

create table import_steps (
  cluster_id text not null references clusters (id) on delete cascade,
  name text not null,
  status text not null,
  message text not null,
  at timestamptz not null,
  primary key (cluster_id, name)
);

create table connection_events (
  id bigint generated always as identity primary key,
  cluster_id text not null references clusters (id) on delete cascade,
  at timestamptz not null,
  type text not null,
  agent text,
  replica text not null,
  address text,
  reason text not null,
  message text not null
);
create index connection_events_cluster on connection_events (cluster_id, id desc);

-- Hub replicas that can be dialled by each other, and the clusters whose tunnels each holds. Rows run out by themselves.
create table replicas (
  id text primary key,
  url text not null,
  expires_at timestamptz not null
);
create table tunnels (
  cluster_id text not null,
  agent text not null,
  replica text not null references replicas (id) on delete cascade,
  address text,
  since timestamptz not null,
  idle integer not null,
  busy integer not null,
  primary key (cluster_id, agent, replica)
);
