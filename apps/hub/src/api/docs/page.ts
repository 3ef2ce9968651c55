import { createHash } from 'node:crypto'
import type { Document, Operation, Schema } from './document.ts'
import { describeSchema, schemaTable } from './schema.ts'
import { STYLE } from './style.ts'
import { asHtml, lines } from './text.ts'

/** The rendered documentation, and the policy under which it may be shown. */
export interface Docs {
  html: string
  csp: string
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

function table(head: string[], rows: string[][]): string {
  const cells = (tag: string, row: string[]) => `<tr>${row.map(cell => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map(row => cells('td', row)).join('')}</tbody></table>`
}

function parameters(operation: Operation): string {
  const all = operation.parameters ?? []
  if (all.length === 0) return ''
  const rows = all.map(parameter => [
    `<code>${asHtml(parameter.name)}</code>${parameter.required === true ? ' <b>required</b>' : ''}`,
    asHtml(parameter.in),
    describeSchema(parameter.schema ?? {}),
    lines(parameter.description ?? parameter.schema?.description ?? ''),
  ])
  return `<h4>Parameters</h4>${table(['name', 'in', 'type', ''], rows)}`
}

function body(content: Record<string, { schema?: Schema }> | undefined): string {
  return Object.entries(content ?? {})
    .map(([type, { schema }]) => {
      if (schema === undefined) return `<p><code>${asHtml(type)}</code></p>`
      return `<p><code>${asHtml(type)}</code> ${describeSchema(schema)}</p>${schemaTable(schema)}`
    })
    .join('')
}

function responses(operation: Operation): string {
  const rows = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const ok = status.startsWith('2')
    return [`<code>${asHtml(status)}</code>`, lines(response.description ?? '') + (ok ? body(response.content) : '')]
  })
  return `<h4>Answers</h4>${table(['status', ''], rows)}`
}

function operationBlock(method: string, path: string, operation: Operation): string {
  const request = operation.requestBody === undefined ? '' : `<h4>Body</h4>${body(operation.requestBody.content)}`
  return `<details id="${asHtml(operation.operationId ?? `${method}${path}`)}"><summary><code class="${method}">${method.toUpperCase()}</code> <code>${asHtml(path)}</code> ${asHtml(operation.summary ?? '')}</summary>
${lines(operation.description ?? '')}${parameters(operation)}${request}${responses(operation)}</details>`
}

/**
 * The OpenAPI document as one page: no script, no file from anywhere else.
 * A schema's anchor lies inside its details, so that a link to it opens them.
 */
export function renderDocs(document: Document): Docs {
  const base = document.servers?.[0]?.url ?? ''
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap(method => {
      const operation = methods[method]
      return operation === undefined ? [] : [{ method, path: base + path, operation }]
    }),
  )
  const tags = document.tags ?? []
  const groups = tags.map(tag => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(tag.name) === true)
    const blocks = own.map(({ method, path, operation }) => operationBlock(method, path, operation))
    return `<section id="tag-${asHtml(tag.name)}"><h2>${asHtml(tag.name)}</h2>${lines(tag.description ?? '')}${blocks.join('\n')}</section>`
  })
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details><summary><code>${asHtml(name)}</code> ${asHtml(schema.description ?? '')}</summary><span id="schema-${asHtml(name)}"></span>${schemaTable(schema)}</details>`,
  )
  const links = tags.map(tag => `<a href="#tag-${asHtml(tag.name)}">${asHtml(tag.name)}</a>`).join(' ')
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asHtml(document.info.title)}</title><style>${STYLE}</style></head>
<body><main><h1>${asHtml(document.info.title)} <small>${asHtml(document.info.version)}</small></h1>
${lines(document.info.description ?? '')}
<nav>${links} <a href="#schemas">schemas</a> <a href="/api/openapi.json">openapi.json</a></nav>
${groups.join('\n')}
<section id="schemas"><h2>schemas</h2>${schemas.join('\n')}</section></main></body></html>
`
  const hash = createHash('sha256').update(STYLE).digest('base64')
  return {
    html,
    csp: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  }
}
