import { hash } from 'node:crypto'

/** Characters of the hash that are kept: 128 bits, so that two versions of one row never look alike. */
const HASH_LENGTH = 22

/** Text that PostgreSQL does not take: NUL, and halves of surrogate pairs. As they look in JSON. */
const unstorable = /\\u(0000|d[89a-f])/i

const storable = (text: string) => text.replaceAll('\0', '').toWellFormed()

/** JSON for PostgreSQL: as `JSON.stringify`, without characters that jsonb refuses. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!unstorable.test(json)) return json
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string') return storable(part)
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [storable(key), inner]))
  })
}

/** A JSON array of rows for `jsonb_to_recordset`, each with a `hash` of all that is in it. */
export function recordsOf(rows: readonly object[]): string {
  const records = rows.map(row => {
    const json = storableJson(row)
    return `${json.slice(0, -1)},"hash":"${hash('sha256', json, 'base64url').slice(0, HASH_LENGTH)}"}`
  })
  return `[${records.join(',')}]`
}
