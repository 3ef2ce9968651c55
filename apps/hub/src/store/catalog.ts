import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

export interface Column {
  name: string
  /** As SQL writes it, such as `timestamp with time zone`. */
  type: string
}

/** One table as the database knows it, so that a new migration needs no change here. */
export interface Table {
  name: string
  /** Without those that are generated from others. */
  columns: Column[]
  primaryKey: string[]
  /** Tables that must be filled before this one. */
  needs: string[]
}

/** The migrations' own table is rebuilt by running them. */
const OWN = 'migrations'

/** Every table of the schema, those that others point to first. One in partitions is one table. */
export async function readTables(db: Kysely<Database>): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      coalesce((select json_agg(a.attname order by array_position(k.conkey, a.attnum))
        from pg_constraint k join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey)
        where k.conrelid = c.oid and k.contype = 'p'), '[]') as "primaryKey",
      coalesce((select json_agg(distinct t.relname)
        from pg_constraint k join pg_class t on t.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and t.oid <> c.oid), '[]') as needs
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition and c.relname <> ${OWN}
    order by c.relname`.execute(db)
  return inOrder(rows)
}

/** Sorts tables so that each comes after those that it needs. */
export function inOrder<T extends { name: string; needs: string[] }>(tables: readonly T[]): T[] {
  const done: T[] = []
  const left = [...tables]
  while (left.length > 0) {
    const index = left.findIndex(table => table.needs.every(need => done.some(({ name }) => name === need)))
    if (index < 0) throw new Error(`The tables ${left.map(({ name }) => name).join(', ')} need each other.`)
    done.push(...left.splice(index, 1))
  }
  return done
}
