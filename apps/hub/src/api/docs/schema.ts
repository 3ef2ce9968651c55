import type { Schema } from './document.ts'
import { asHtml, lines } from './text.ts'

const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1)

/** A schema in a few words, such as `string (date-time) or null`. */
export function describeSchema(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = asHtml(nameOf(schema.$ref))
    return `<a href="#schema-${name}">${name}</a>`
  }
  const union = schema.anyOf ?? schema.oneOf
  if (union !== undefined) return union.map(describeSchema).join(' or ')
  if (schema.allOf !== undefined) return schema.allOf.map(describeSchema).join(' and ')
  if (schema.enum !== undefined) return schema.enum.map(value => `<code>${asHtml(String(value))}</code>`).join(' | ')
  if (schema.const !== undefined) return `<code>${asHtml(String(schema.const))}</code>`
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any')
  if (type === 'array') {
    return schema.items === undefined || typeof schema.items === 'boolean'
      ? 'array'
      : `array of ${describeSchema(schema.items)}`
  }
  if (type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map of ${describeSchema(schema.additionalProperties)}`
  }
  return asHtml(type + (schema.format === undefined ? '' : ` (${schema.format})`)) + bounds(schema)
}

function bounds(schema: Schema): string {
  const parts: string[] = []
  if (schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER) parts.push(`≥ ${schema.minimum}`)
  if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER) parts.push(`≤ ${schema.maximum}`)
  if (schema.maxLength !== undefined) parts.push(`at most ${schema.maxLength} characters`)
  if (schema.default !== undefined) parts.push(`default <code>${asHtml(JSON.stringify(schema.default))}</code>`)
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}

/** The members of an object, one line each, and its examples. Empty for what is not an object. */
export function schemaTable(schema: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const required = schema.required?.includes(name) === true ? ' <b>required</b>' : ''
    const nested = member.properties === undefined ? '' : schemaTable(member)
    return `<tr><td><code>${asHtml(name)}</code>${required}</td><td>${describeSchema(member)}</td><td>${lines(member.description ?? '')}${nested}</td></tr>`
  })
  const examples = (schema.examples ?? []).map(example => `<pre>${asHtml(JSON.stringify(example, null, 2))}</pre>`)
  return (rows.length === 0 ? '' : `<table><tbody>${rows.join('')}</tbody></table>`) + examples.join('')
}
