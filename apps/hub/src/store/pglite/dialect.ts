import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import type { Queue } from './queue.ts'
import type { Thread } from './thread.ts'

/** The engine has one connection, so Kysely must not expect a second one. */
class Adapter extends PostgresAdapter {
  override get supportsMultipleConnections() {
    return false
  }
}

class Connection implements DatabaseConnection {
  readonly #thread: Thread

  constructor(thread: Thread) {
    this.#thread = thread
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affected } = await this.#thread.query(query.sql, query.parameters)
    return {
      rows: rows as R[],
      ...(affected === null ? {} : { numAffectedRows: BigInt(affected) }),
    }
  }

  // biome-ignore lint/correctness/useYield: it only says that there is no streaming
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Rows can not be streamed from the embedded database; read them in pages.')
  }
}

/** @NOTE Kysely's own PGlite driver lets statements from outside into an open transaction; this one queues them. */
class PgliteDriver implements Driver {
  readonly #connection: Connection
  readonly #queue: Queue

  constructor(thread: Thread, queue: Queue) {
    this.#connection = new Connection(thread)
    this.#queue = queue
  }

  async init() {}
  async destroy() {}

  async acquireConnection() {
    await this.#queue.acquire()
    return this.#connection
  }

  async releaseConnection() {
    this.#queue.release()
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings) {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : ''
    const access = settings.accessMode ? ` ${settings.accessMode}` : ''
    await connection.executeQuery(CompiledQuery.raw(`start transaction${level}${access}`))
  }

  async commitTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
}

export function pgliteDialect(thread: Thread, queue: Queue): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => new PgliteDriver(thread, queue),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}
