import { type RawBuilder, sql } from 'kysely'

/** Which rows of a cluster may be read, by their namespaces. Patterns have `*` for any characters. */
export interface RowLimits {
  everywhere: boolean
  namespaces: readonly string[]
  except: readonly string[]
}

const like = (patterns: readonly string[]) =>
  patterns.map(pattern => pattern.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%'))

/** The condition on a column of namespaces, in which '' stands for none; null where there is none to make. */
export function withinLimits(
  column: RawBuilder<unknown>,
  { everywhere, namespaces, except }: RowLimits,
): RawBuilder<unknown> | null {
  const conditions = [
    ...(everywhere ? [] : [sql`${column} <> '' and ${column} like any (${like(namespaces)}::text[])`]),
    ...(except.length === 0 ? [] : [sql`${column} not like all (${like(except)}::text[])`]),
  ]
  return conditions.length === 0 ? null : sql`(${sql.join(conditions, sql` and `)})`
}
