import type { Postgres } from '@moorage/testkit/postgres.ts'

/** Has the database keep no recordings until it is disposed of, and take its time to say so: in which a command would run. */
export function fullDisk(database: Postgres): Disposable {
  database.query(`create function full_disk() returns trigger language plpgsql as
    $$ begin perform pg_sleep(1); raise exception 'No space left on device'; end $$;
    create trigger full_disk before insert on recordings for each row execute function full_disk();`)
  return { [Symbol.dispose]: () => void database.query('drop function full_disk cascade') }
}
