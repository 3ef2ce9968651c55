import { z } from 'zod'
import { AuditFilters } from './audit.ts'
import type { Problems } from './openapi-backup.ts'

/** Streams a file instead of JSON, so it is not in the router. */
export function auditExportPath(problems: Problems): Record<string, unknown> {
  const parameters = Object.entries(AuditFilters.shape).map(([name, schema]) => {
    const { description, $schema: _, ...rest } = z.toJSONSchema(schema)
    return { name, in: 'query', description, schema: rest }
  })
  const format = { type: 'string', enum: ['jsonl', 'csv'], default: 'jsonl' }
  return {
    get: {
      operationId: 'audit.export',
      summary: 'Export lines of the audit log',
      description: 'Newest first, streamed, however many there are. That it was done is in the audit log.',
      tags: ['audit'],
      parameters: [{ name: 'format', in: 'query', schema: format }, ...parameters],
      responses: {
        '200': {
          description: 'A line of JSON each, or CSV with a header line',
          content: {
            'application/x-ndjson': { schema: { type: 'string' } },
            'text/csv': { schema: { type: 'string' } },
          },
        },
        ...problems({ path: '/audit/export', method: 'GET', meta: { errors: [] } }),
      },
    },
  }
}

/** The recording as a file, so it is not in the router either. */
export function castPath(problems: Problems): Record<string, unknown> {
  return {
    get: {
      operationId: 'recordings.cast',
      summary: 'Play a recorded session',
      description:
        'As asciicast v2: a line with the head, then one for each event with its time. That it was played is in the audit log. A recording that was tampered with breaks off.',
      tags: ['audit'],
      parameters: [{ name: 'id', in: 'query', required: true, schema: { type: 'string' } }],
      responses: {
        '200': { description: 'The recording', content: { 'application/x-asciicast': { schema: { type: 'string' } } } },
        ...problems({ path: '/recordings/cast', method: 'GET', meta: { errors: ['not_found'] } }),
      },
    },
  }
}
