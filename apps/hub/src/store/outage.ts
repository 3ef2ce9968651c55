import { sqlState } from './database-error.ts'
import { StoreError } from './store-error.ts'

/** Connection exceptions (08), too few resources (53), and a server that shuts down or starts (57P). */
const OUTAGE_STATES = /^(08|53|57P)/
/** What the drivers throw without a state of its own: a lost connection, or a store that was closed at shutdown. */
const LOST =
  /^(Connection terminated|driver has already been destroyed|Client has encountered a connection error|timeout exceeded when trying to connect)/
const SOCKET = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ENOENT']

/** Whether a statement failed because the database is away, and not because of the statement. */
export function isOutage(error: unknown): boolean {
  if (error instanceof StoreError) return error.code.startsWith('database_')
  if (!(error instanceof Error)) return false
  const state = sqlState(error)
  if (state !== null) return OUTAGE_STATES.test(state)
  const { code, syscall } = error as NodeJS.ErrnoException
  return LOST.test(error.message) || (code !== undefined && syscall === 'connect' && SOCKET.includes(code))
}
