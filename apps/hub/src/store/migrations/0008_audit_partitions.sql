-- breaking
-- The log in partitions by time, so that one is dropped where its lines are deleted, and a search of some time reads
-- those of that time. What is there becomes the first of them, as it is: it is read once, and none of it is written.
alter table audit rename to audit_first;
alter table audit_first drop constraint audit_pkey;
alter index audit_at rename to audit_first_at;
alter index audit_actor_name rename to audit_first_actor_name;
alter index audit_actor_id rename to audit_first_actor_id;
alter index audit_cluster rename to audit_first_cluster;
alter index audit_namespace rename to audit_first_namespace;
alter index audit_failed rename to audit_first_failed;
alter index audit_name rename to audit_first_name;
alter index audit_request rename to audit_first_request;
alter index audit_resource rename to audit_first_resource;

create table audit (like audit_first including defaults) partition by range (at);
-- By number, as the chain is read; its last column is there because a key of all partitions must have it.
alter table audit add primary key (seq, at);
create index audit_at on audit (at, seq);
create index audit_actor_name on audit (actor_name, at, seq);
create index audit_actor_id on audit (actor_id, at, seq);
create index audit_cluster on audit (cluster_id, at, seq) where cluster_id is not null;
create index audit_resource on audit (resource, verb, at, seq) where resource is not null;
create index audit_namespace on audit (namespace, at, seq) where namespace is not null;
create index audit_failed on audit (at, seq) where status >= 400;
create index audit_name on audit (name, at, seq) where name is not null;
create index audit_request on audit (request_id);
-- What several are looked for by at once, or what has no index of its own: small, as it holds each value once. Walking
-- all lines until there is one is too long where there is none. Without the list of what is pending, as sorting that in
-- would hold up whoever writes the line that fills it.
create index audit_terms on audit using gin ((array['c' || cluster_id, 'v' || verb, 'r' || resource, 'n' || namespace,
  's' || status::text, 'u' || actor_name])) with (fastupdate = off);
create index audit_action on audit (action text_pattern_ops, at, seq) where action not like 'kube.%';

do $$
declare
  -- The first month, in UTC, that nothing was written in yet.
  border timestamptz := (date_trunc('month', greatest(now(), (select max(at) from audit_first)) at time zone 'UTC')
    + interval '1 month') at time zone 'UTC';
begin
  execute format('alter table audit attach partition audit_first for values from (minvalue) to (%L)', border);
  execute format('create table audit_rest partition of audit for values from (%L) to (maxvalue)', border);
end $$;
