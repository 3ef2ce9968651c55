-- Holds the chain still until the transaction ends, and gives its newest line. `key` is the lock's. As a function, its plan
-- is kept: the partitions need not be planned for over again with each line. It is volatile, so the line is looked for
-- after the lock was waited for, not as of the time before.
create or replace function lock_audit(key bigint) returns table (seq bigint, hash text, format smallint) language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(key);
  return query select newest.seq, newest.hash, newest.format from audit as newest order by newest.seq desc limit 1;
end $$;
