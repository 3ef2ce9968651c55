-- Ids of agents' assertions that were used, kept for as long as these are valid: each is good once, whichever replica it comes to.
create table used_assertions (
  key_id text not null,
  id text not null,
  expires_at timestamptz not null,
  primary key (key_id, id)
);
create index used_assertions_age on used_assertions (expires_at);
