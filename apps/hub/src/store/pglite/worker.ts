import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import type { DatabaseFailure } from '../database-error.ts'
import { compileEngine } from './engine-module.ts'
import type { Reply, Request, Start } from './protocol.ts'
import { session } from './session.ts'
import { startParameters } from './settings.ts'

/** Lines of the engine's own log that are kept for the message when the directory can not be opened. */
const KEPT_LOG_LINES = 20

const port = parentPort!
const start = workerData as Start
const log: string[] = []

/** int8 and numeric as numbers, as on PostgreSQL (`postgres/types.ts`). */
const parsers = { 20: Number, 1700: Number }

const reply = (message: Reply) => port.postMessage(message)

const keepLog = (text: string) => {
  log.push(text)
  if (log.length > KEPT_LOG_LINES) log.shift()
  return true
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

function failureOf(error: unknown): DatabaseFailure {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  return {
    message: text(fields.message) ?? String(error),
    code: text(fields.code),
    detail: text(fields.detail),
    hint: text(fields.hint),
    constraint: text(fields.constraint),
    table: text(fields.table),
    column: text(fields.column),
    position: text(fields.position),
    where: text(fields.where),
  }
}

async function serve(database: PGlite, query: ReturnType<typeof session>, request: Request): Promise<void> {
  try {
    switch (request.op) {
      case 'query':
        reply({ type: 'answer', id: request.id, answer: await query(request.sql, request.parameters) })
        break
      case 'close':
        await database.close()
        reply({ type: 'answer', id: request.id, answer: { rows: [], affected: null } })
        port.close()
        break
      default:
        request satisfies never
    }
  } catch (error) {
    reply({ type: 'error', id: request.id, failure: failureOf(error) })
  }
}

try {
  const database = await PGlite.create({
    dataDir: start.dir,
    extensions: { pg_trgm },
    pgliteWasmModule: await compileEngine(),
    parsers,
    startParams: [...PGlite.defaultStartParams, ...startParameters],
    onStderr: keepLog,
    onStdout: keepLog,
  })
  const query = session(database)
  let tail = Promise.resolve()
  port.on('message', (request: Request) => {
    tail = tail.then(() => serve(database, query, request))
  })
  reply({ type: 'ready' })
} catch (error) {
  reply({ type: 'failed', message: failureOf(error).message, log })
  port.close()
}
