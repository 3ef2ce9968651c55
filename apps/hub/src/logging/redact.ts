/** Names of fields that hold secrets, wherever in a line they are. */
export const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'password',
  'secret',
  'kubeconfig',
  'sealed',
  'key',
  'clientKeyData',
  'client-key-data',
  'databaseUrl',
]

export const REDACTED = '[redacted]'

const isSecret = new Set(SECRET_FIELDS)
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/**
 * What is written of a line's fields: at any depth nothing that has a secret's
 * name. Nearly all lines have texts and numbers alone, and stay as they are:
 * there is one for each request. `err` has a serializer, which names what it keeps.
 */
export function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  const deep = Object.entries(fields).filter(([name, value]) => isObject(value) && name !== 'err')
  if (deep.length === 0) return fields
  return { ...fields, ...Object.fromEntries(deep.map(([name, value]) => [name, clean(value, [])])) }
}

function clean(value: unknown, above: readonly object[]): unknown {
  if (!isObject(value)) return value
  if (above.includes(value)) return '[circular]'
  // As it would be written.
  const plain: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value
  if (!isObject(plain)) return plain
  const inside = [...above, value]
  if (Array.isArray(plain)) return plain.map(each => clean(each, inside))
  const kept = Object.entries(plain).map(([name, each]) => [name, isSecret.has(name) ? REDACTED : clean(each, inside)])
  return Object.fromEntries(kept)
}
