import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Store } from '../store.ts'
import { StoreError } from '../store-error.ts'
import type { Database } from '../tables.ts'
import { Listener } from './listener.ts'
import { postgresTypes } from './types.ts'

/** Connections of one hub; PostgreSQL's default allows 100 in all. */
const POOL_SIZE = 10
const CONNECT_TIMEOUT_MS = 10_000
/** First TCP keep-alive probe after this much silence, in ms. libuv then probes each second, ten times. */
const KEEP_ALIVE_PROBE_MS = 10_000
/** No statement of ours takes this long but backup, restore and migrations, which lift the limit for themselves. */
const STATEMENT_TIMEOUT_MS = 60_000
/** A transaction that forgot to end must not hold its locks for ever. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
const OLDEST_SERVER = 15

export interface PostgresDeps {
  random: () => number
  warn: (message: string, error: unknown) => void
}

/** Opens a PostgreSQL database by its URL; TLS is as the URL says (`sslmode`). */
export async function openPostgres(url: string, deps: PostgresDeps): Promise<Store> {
  await using stack = new AsyncDisposableStack()
  const config: pg.ClientConfig = {
    connectionString: url,
    application_name: 'moorage',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: postgresTypes,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_PROBE_MS,
  }
  const pool = new pg.Pool({
    ...config,
    max: POOL_SIZE,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  })
  pool.on('error', error => deps.warn('An idle connection to the database was lost.', error))
  // The pool listens to idle connections only. Without this, one that is lost within a transaction would end the
  // process; whoever runs the transaction is told by its next statement.
  pool.on('connect', client => client.on('error', () => {}))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  stack.defer(() => db.destroy())
  await checkServer(db, url)
  const listener = stack.use(new Listener(config, deps))
  const owned = stack.move()
  return {
    engine: 'postgres',
    db,
    notify: async (channel, payload) => {
      await sql`select pg_notify(${channel}, ${payload})`.execute(db)
    },
    listen: (channel, heard) => listener.listen(channel, heard),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function checkServer(db: Kysely<Database>, url: string): Promise<void> {
  let version: number
  try {
    const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(db)
    version = Math.floor(Number(rows[0]!.version) / 10_000)
  } catch (error) {
    const why = error instanceof Error ? error.message || String(error) : String(error)
    throw new StoreError('database_unreachable', `The database ${withoutSecrets(url)} can not be used: ${why}.`, {
      cause: error,
    })
  }
  if (version < OLDEST_SERVER) {
    throw new StoreError(
      'database_too_old',
      `The database ${withoutSecrets(url)} is PostgreSQL ${version}; Moorage needs ${OLDEST_SERVER} or newer.`,
    )
  }
}

/** Host, port and name of the database: what a message may say of its URL. */
export function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return 'of --database-url'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
