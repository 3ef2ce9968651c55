-- breaking
-- An older hub would take every token for an admin's.

-- People. A name belongs to one source: the hub itself ('local'), or the issuer of that name.
create table users (
  id text primary key,
  name text collate "C" not null unique,
  source text not null,
  -- The issuer's own name for them (claim sub).
  subject text,
  -- Where that issuer was: at another address the same subject is somebody else.
  issuer_url text,
  display_name text not null default '',
  email text,
  -- argon2id. null where the hub knows no password of theirs.
  password_hash text,
  must_change_password boolean not null default false,
  disabled_at timestamptz,
  disabled_because text,
  created_at timestamptz not null,
  created_by text not null,
  last_seen_at timestamptz,
  unique (source, subject)
);

-- Passwords that were wrong, of people that there are and of others alike, so that nothing is learnt from who is locked
-- out.
create table failed_sign_ins (
  -- Of nobody it is the SHA-256, hex, of what was given.
  name text collate "C" primary key,
  failures integer not null,
  last_at timestamptz not null,
  -- Until then no password is looked at.
  locked_until timestamptz
);
create index failed_sign_ins_last on failed_sign_ins (last_at);

create table service_accounts (
  id text primary key,
  name text collate "C" not null unique,
  description text not null default '',
  disabled_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  last_seen_at timestamptz
);

create table groups (
  name text collate "C" primary key,
  description text not null,
  created_at timestamptz not null,
  created_by text not null
);
-- By name, so that a group can be written down before its people have ever signed in.
create table group_members (
  group_name text collate "C" not null references groups (name) on delete cascade,
  user_name text collate "C" not null,
  primary key (group_name, user_name)
);
create index group_members_user on group_members (user_name);

-- What people wrote of projects. The default project, and the home of a cluster, are projects without a row too.
create table projects (
  name text collate "C" primary key,
  description text not null,
  labels jsonb not null,
  created_at timestamptz not null,
  created_by text not null
);
-- Projects that a cluster is in beside its home, which is clusters.project.
create table project_clusters (
  project text collate "C" not null references projects (name) on delete cascade,
  cluster_id text not null references clusters (id) on delete cascade,
  added_at timestamptz not null,
  added_by text not null,
  primary key (project, cluster_id)
);
create index project_clusters_cluster on project_clusters (cluster_id);

-- Custom roles; the built-in ones are part of the hub.
create table roles (
  name text collate "C" primary key,
  description text not null,
  -- Rules of the contract: permissions, kubernetes, nonResource.
  allow jsonb not null,
  deny jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null
);

create table bindings (
  name text collate "C" primary key,
  -- Of roles, or of a built-in one.
  role text collate "C" not null,
  -- Scope of the contract.
  scope jsonb not null,
  expires_at timestamptz,
  reason text,
  created_at timestamptz not null,
  created_by text not null,
  -- When its end was seen and written to the audit log.
  ended_at timestamptz
);
create index bindings_role on bindings (role);
create index bindings_expiry on bindings (expires_at) where expires_at is not null;
create table binding_subjects (
  binding text collate "C" not null references bindings (name) on delete cascade,
  kind text not null,
  name text collate "C" not null,
  primary key (binding, kind, name)
);
create index binding_subjects_name on binding_subjects (name, kind);

-- Somebody asks for a role for some time; approving makes the binding.
create table access_requests (
  id text primary key,
  subject_kind text not null,
  subject_name text collate "C" not null,
  role text collate "C" not null,
  scope jsonb not null,
  reason text not null,
  seconds integer not null,
  state text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  answer text,
  binding text
);
create index access_requests_open on access_requests (state, created_at);

-- Where people sign in. The client's secret is sealed.
create table issuers (
  name text collate "C" primary key,
  url text not null unique,
  client_id text not null,
  sealed_secret text,
  key_id text,
  -- Claims, scopes, label of the button.
  options jsonb not null,
  created_at timestamptz not null,
  created_by text not null
);
-- A sign-in that has gone to its issuer and is not back yet.
create table sign_ins (
  -- SHA-256 of the state, hex.
  hash text primary key,
  issuer text collate "C" not null references issuers (name) on delete cascade,
  nonce text not null,
  -- Sealed: with it and the code, anyone could finish the sign-in.
  sealed_verifier text not null,
  key_id text not null,
  -- Where the browser goes on to.
  then_to text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
-- A command line without a browser that waits for somebody to let it in.
create table device_codes (
  id text primary key,
  device_hash text not null unique,
  user_code_hash text not null unique,
  address text not null,
  -- The machine, as the command line calls it.
  client text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  user_id text references users (id) on delete cascade,
  groups jsonb,
  decided_at timestamptz,
  allowed boolean
);
-- What the browser hands to a command line on its own machine, which alone has the verifier to the challenge.
create table command_line_codes (
  -- SHA-256 of the code, hex.
  hash text primary key,
  -- S256 of RFC 7636.
  challenge text not null,
  user_id text not null references users (id) on delete cascade,
  groups jsonb not null,
  -- The machine, as the command line calls it.
  client text not null,
  expires_at timestamptz not null
);

-- A token is a user's, a service account's, or, with neither, an admin's.
alter table tokens add column user_id text references users (id) on delete cascade;
alter table tokens add column service_account_id text references service_accounts (id) on delete cascade;
alter table tokens add column scope jsonb;
alter table tokens add column groups jsonb;
alter table tokens add constraint tokens_owner check (user_id is null or service_account_id is null);
create index tokens_user on tokens (user_id) where user_id is not null;
create index tokens_service_account on tokens (service_account_id) where service_account_id is not null;

-- A browser's session is a token's or a user's.
alter table sessions alter column token_id drop not null;
alter table sessions add column user_id text references users (id) on delete cascade;
alter table sessions add column groups jsonb;
alter table sessions add column idle_expires_at timestamptz;
alter table sessions add column address text;
-- Where the person signed in, for signing out there too; null where they did so by password.
alter table sessions add column issuer text;
alter table sessions add constraint sessions_owner check (num_nonnulls(token_id, user_id) = 1);
create index sessions_user on sessions (user_id) where user_id is not null;

-- Of an object that people's requests need in a member: when one of them last did.
alter table ledger add column used_at timestamptz;
