import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { freePort } from './ports.ts'
import { startProcess, untilReady } from './process.ts'

/** Where Debian keeps a folder per major version. */
const DEBIAN = '/usr/lib/postgresql'
/** The oldest that the hub supports. */
const OLDEST = 15
/** ms; 1 s on an idle machine. */
const READY_WITHIN = 60_000
/** ms; SIGTERM waits for clients, so it may come to the kill. */
const STOP_WITHIN = 3_000

/** A real PostgreSQL on loopback, gone with everything in it when disposed of. */
export interface Postgres extends AsyncDisposable {
  /** Of an empty database. */
  readonly databaseUrl: string
  readonly version: string
  /** Makes a further database, empty or a copy of another, and resolves with its URL. */
  createDatabase(name: string, template?: string): Promise<string>
  dropDatabase(name: string): Promise<void>
  /** Runs one statement in the first database; a line for each row, with `|` between values. */
  query(text: string): string
  /** Fills a table of the first database with lines in the text format of COPY. */
  copy(into: string, lines: Iterable<string>): Promise<void>
  /** Freezes the server, as a database behind a broken network would be, and back. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

/** Thrown when there is no PostgreSQL on this machine. */
export class PostgresMissing extends Error {
  readonly code = 'postgres_missing'
  constructor(looked: string) {
    super(
      `PostgreSQL ${OLDEST} or newer is missing (looked in ${looked}); install it (on Debian: apt-get install postgresql), or set MOORAGE_POSTGRES_BIN to the folder that holds initdb and postgres`,
    )
    this.name = 'PostgresMissing'
  }
}

/** The folder with PostgreSQL's programs, the newest version first. */
export function postgresBin(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.MOORAGE_POSTGRES_BIN
  if (named) {
    if (existsSync(join(named, 'initdb'))) return named
    throw new PostgresMissing(named)
  }
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .map(Number)
        .sort((a, b) => b - a)
    : []
  const found = versions.filter(version => version >= OLDEST).map(version => join(DEBIAN, `${version}`, 'bin'))
  const usable = found.find(folder => existsSync(join(folder, 'initdb')))
  if (!usable) throw new PostgresMissing(DEBIAN)
  return usable
}

/** Starts a server on data of its own and resolves once it takes connections. */
export async function startPostgres(env: NodeJS.ProcessEnv = process.env): Promise<Postgres> {
  const bin = postgresBin(env)
  const user = unprivileged()
  const dir = mkdtempSync(join(tmpdir(), 'moorage-postgres-'))
  if (user) chownSync(dir, user.uid, user.gid)
  const password = randomBytes(12).toString('hex')
  const passwordFile = join(dir, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const data = join(dir, 'data')
  const as = { ...user, env: { ...env, LC_ALL: 'C.UTF-8' }, stdio: 'pipe' as const }
  const initdb = ['-D', data, '-U', 'moorage', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '-N']
  execFileSync(join(bin, 'initdb'), initdb, as)

  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port: `${port}`,
    unix_socket_directories: dir,
    fsync: 'off', // nothing here has to survive a power failure
    max_connections: '300',
  }
  const server = await startProcess({
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    logPath: join(dir, 'postgres.log'),
    ...(user && { user }),
  })
  const urlOf = (database: string) => `postgres://moorage:${password}@127.0.0.1:${port}/${database}`
  const sql = (text: string, database = 'postgres') =>
    execFileSync(join(bin, 'psql'), ['-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-c', text, urlOf(database)], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()

  async function stop() {
    server.signal('SIGINT') // its fast shutdown: clients are disconnected
    await server.stop(STOP_WITHIN)
    rmSync(dir, { recursive: true, force: true })
  }
  let version: string
  try {
    version = await untilReady([server], READY_WITHIN, () => sql('show server_version'))
    sql('create database moorage')
  } catch (error) {
    await stop()
    throw error
  }
  return {
    databaseUrl: urlOf('moorage'),
    version,
    async createDatabase(name, template = 'template1') {
      sql(`create database "${name}" template "${template}"`)
      return urlOf(name)
    },
    async dropDatabase(name) {
      sql(`drop database if exists "${name}" with (force)`)
    },
    query: text => sql(text, 'moorage'),
    async copy(into, lines) {
      const args = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', `copy ${into} from stdin`, urlOf('moorage')]
      const psql = spawn(join(bin, 'psql'), args, { stdio: ['pipe', 'ignore', 'inherit'] })
      const [[code]] = await Promise.all([once(psql, 'close'), pipeline(Readable.from(lines), psql.stdin)])
      if (code !== 0) throw new Error(`psql ended with ${code}`)
    },
    freeze: () => signalAll('SIGSTOP', server.pid),
    thaw: () => signalAll('SIGCONT', server.pid),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The server and each of its workers: a frozen parent alone still lets open connections work. */
function signalAll(signal: NodeJS.Signals, parent: number): void {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', `${parent}`], { encoding: 'utf8' })
  for (const pid of [parent, ...children.trim().split(/\s+/).map(Number)]) process.kill(pid, signal)
}

/** PostgreSQL refuses to run as root; Debian's package makes a user for it. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
