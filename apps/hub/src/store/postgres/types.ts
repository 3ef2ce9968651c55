import pg from 'pg'

const INT8 = 20
const NUMERIC = 1700

/** int8 and numeric as numbers, as on PGlite (`pglite/worker.ts`); timestamptz as Date and jsonb parsed as always. */
export const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : pg.types.getTypeParser(oid, format ?? 'text')) as typeof pg.types.getTypeParser,
}
