import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { type ErrorCode, errorTable } from './errors.ts'
import { openApiDocument } from './openapi.ts'
import { router } from './router.ts'

interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean }[]
  responses: Record<string, { description?: string; content?: Record<string, { schema: { $ref?: string } }> }>
}
interface Document {
  openapi: string
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

let document: Document
beforeAll(async () => {
  document = (await openApiDocument(manifest.version)) as unknown as Document
})
const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

/** Every `$ref` in the document. */
function refs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : refs(member),
  )
}

describe('the OpenAPI document', () => {
  test('is the committed one', async () => {
    const committed = await readFile(new URL('../openapi.json', import.meta.url), 'utf8')
    expect(JSON.parse(committed)).toEqual(document)
  })

  test('has every route of the contract, once, with words for people', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const names = Object.entries(router).flatMap(([area, procedures]) =>
      Object.keys(procedures).map(operation => `${area}.${operation}`),
    )
    const ids = operations().map(({ operation }) => operation.operationId)
    expect([...ids].sort()).toEqual([...names, 'admin.backup', 'audit.export', 'recordings.cast'].sort())
    const tags = document.tags.map(tag => tag.name)
    for (const { operation } of operations()) {
      expect(operation.summary, operation.operationId).toMatch(/^\S/)
      expect(operation.description, operation.operationId).toMatch(/\.$/)
      expect(tags).toEqual(expect.arrayContaining(operation.tags ?? ['none']))
    }
  })

  test('has nothing that points nowhere', () => {
    for (const ref of refs(document)) {
      const name = ref.replace('#/components/schemas/', '')
      expect(document.components.schemas[name], ref).toBeDefined()
    }
  })

  test('names each parameter of a path', () => {
    for (const { path, operation } of operations()) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
      const given = operation.parameters?.filter(parameter => parameter.in === 'path') ?? []
      expect(given.map(parameter => parameter.name).sort()).toEqual(wanted.sort())
      for (const parameter of given) expect(parameter.required).toBe(true)
    }
  })

  test('tells for every route how it may fail, as problem documents', () => {
    const told = new Set<string>()
    for (const { operation } of operations()) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '429', '500', '503']))
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue
        expect(response.content?.['application/problem+json']?.schema.$ref).toBe('#/components/schemas/Problem')
        for (const [, code = ''] of response.description?.matchAll(/`(\w+)`/g) ?? []) {
          expect(String(errorTable[code as ErrorCode].status)).toBe(status)
          told.add(code)
        }
      }
    }
    // Codes of the server itself, before there is a route.
    const before = ['method_not_allowed', 'request_timeout', 'headers_too_large']
    // Codes of the addresses below /agent/, which are not people's.
    const agents = ['join_token_invalid', 'agent_rejected', 'agent_key_conflict', 'agent_removed']
    // Told below /k8s/, in Kubernetes' own form.
    const members = ['recording_unavailable']
    expect([...told, ...before, ...agents, ...members].sort()).toEqual(Object.keys(errorTable).sort())
  })
})
