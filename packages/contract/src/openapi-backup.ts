import type { ErrorCode } from './errors.ts'

export type Problems = (route: {
  path: string
  method: string
  meta: { errors: readonly ErrorCode[] }
}) => Record<string, unknown>

/** A route below `/api/v1` that answers with a file instead of JSON, so it is not in the router. */
export function backupPath(problems: Problems): Record<string, unknown> {
  return {
    get: {
      operationId: 'admin.backup',
      summary: 'Take a backup of the hub',
      description:
        'A consistent copy of everything in the hub’s store, while it goes on working. What is sealed stays sealed: keep the sealing key as well. The file’s trailer tells a whole backup from one that was cut.',
      tags: ['hub'],
      responses: {
        '200': {
          description: 'The backup, for `moorage restore`',
          content: { 'application/gzip': { schema: { type: 'string', format: 'binary' } } },
        },
        ...problems({ path: '/admin/backup', method: 'GET', meta: { errors: [] } }),
      },
    },
  }
}
