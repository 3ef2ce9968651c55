import { join, resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import {
  parseChoice,
  parseCount,
  parseDatabaseUrl,
  parseDelay,
  parseDuration,
  parseImage,
  parseListen,
  parsePublicUrl,
  parseRanges,
} from './parse.ts'
import { readEnv, type Settings } from './settings.ts'

/** Everything that the hub is told, checked and with its defaults. */
export interface HubConfig {
  /** Absolute. Holds `db`, `keys`, `tls` and `snapshots`. */
  dataDir: string
  store: { kind: 'pglite'; dir: string } | { kind: 'postgres'; url: string }
  listen: { host: string; port: number }
  /** null: the address that is listened on. */
  publicUrl: string | null
  /** How other replicas reach this one. null: by the address that is listened on. */
  peerUrl: string | null
  /** ms between being not ready and beginning to stop. */
  drainDelayMs: number
  tls: { kind: 'own'; dir: string } | { kind: 'files'; cert: string; key: string }
  bootstrap: { kind: 'print' } | { kind: 'file'; path: string }
  sealing:
    | { kind: 'folder'; dir: string }
    | { kind: 'file'; path: string }
    | { kind: 'text'; key: string }
    | { kind: 'command'; command: string }
  /** Ranges that kubeconfigs may and may not point to. No allowed ones means: all that are not denied. */
  addresses: { allowed: string[]; denied: string[] }
  eventsRetentionMs: number
  audit: { onFailure: 'refuse' | 'allow'; keptMs: number }
  recordings: { policy: 'record' | 'record-or-refuse' | 'off'; keptMs: number }
  /** Which terminals the console has. */
  terminals: { pod: boolean; kubectl: boolean }
  /** What the prompt runs. null: the kubectl on the PATH. */
  kubectl: string | null
  /** Events of each cluster that are kept at most. */
  eventsKept: number
  /** Of agents whose import names none. null: the public one. */
  agentImage: string | null
  snapshots: { dir: string; everyMs: number; keep: number }
  log: { level: 'debug' | 'info' | 'warn' | 'error'; format: 'json' | 'text' | 'auto' }
}

const DEFAULT_DATA = 'moorage-data'
const DEFAULT_LISTEN = '127.0.0.1:8443'
const DEFAULT_EVENTS_RETENTION = '7d'
const DEFAULT_AUDIT_RETENTION = '365d'
const DEFAULT_RECORDING_RETENTION = '90d'
/** A shell in a pod is what kubectl gives as well; the prompt runs a program on the hub's own machine. */
const DEFAULT_TERMINALS = 'pod'
const DEFAULT_EVENTS_KEEP = '100000'
const MAX_EVENTS_KEEP = 10_000_000
const DEFAULT_SNAPSHOT_INTERVAL = '1h'
const DEFAULT_SNAPSHOT_KEEP = '5'

/** The key itself may stand in a variable, never in a flag: every user of the machine sees flags. */
const SEALING_KEY = 'MOORAGE_SEALING_KEY'

/** Flags and environment as one checked configuration. Throws `ConfigError`. */
export function toConfig(flags: Settings, env: Readonly<Record<string, string | undefined>>, cwd = '/'): HubConfig {
  const given: Settings = { ...readEnv(env), ...withoutUndefined(flags) }
  const dataDir = resolve(cwd, given.data ?? DEFAULT_DATA)
  return {
    dataDir,
    store:
      given.databaseUrl === undefined
        ? { kind: 'pglite', dir: dataDir }
        : { kind: 'postgres', url: parseDatabaseUrl('--database-url', given.databaseUrl) },
    listen: parseListen('--listen', given.listen ?? DEFAULT_LISTEN),
    publicUrl: given.publicUrl === undefined ? null : parsePublicUrl('--public-url', given.publicUrl),
    peerUrl: given.peerUrl === undefined ? null : parsePublicUrl('--peer-url', given.peerUrl),
    drainDelayMs: given.drainDelay === undefined ? 0 : parseDelay('--drain-delay', given.drainDelay),
    tls: tlsOf(given, dataDir, cwd),
    bootstrap:
      given.bootstrapTokenFile === undefined
        ? { kind: 'print' }
        : { kind: 'file', path: resolve(cwd, given.bootstrapTokenFile) },
    sealing: sealingOf(given, env[SEALING_KEY], dataDir, cwd),
    addresses: {
      allowed: given.allowAddresses === undefined ? [] : parseRanges('--allow-addresses', given.allowAddresses),
      denied: given.denyAddresses === undefined ? [] : parseRanges('--deny-addresses', given.denyAddresses),
    },
    eventsRetentionMs: parseDuration('--events-retention', given.eventsRetention ?? DEFAULT_EVENTS_RETENTION),
    audit: {
      onFailure: parseChoice('--audit-on-failure', given.auditOnFailure ?? 'refuse', ['refuse', 'allow']),
      keptMs: parseDuration('--audit-retention', given.auditRetention ?? DEFAULT_AUDIT_RETENTION),
    },
    recordings: {
      policy: parseChoice('--recording', given.recording ?? 'record', ['record', 'record-or-refuse', 'off']),
      keptMs: parseDuration('--recording-retention', given.recordingRetention ?? DEFAULT_RECORDING_RETENTION),
    },
    terminals: terminalsOf(given.terminals ?? DEFAULT_TERMINALS),
    kubectl: given.kubectl === undefined ? null : resolve(cwd, given.kubectl),
    eventsKept: parseCount('--events-keep', given.eventsKeep ?? DEFAULT_EVENTS_KEEP, MAX_EVENTS_KEEP),
    agentImage: given.agentImage === undefined ? null : parseImage('--agent-image', given.agentImage),
    snapshots: {
      dir: join(dataDir, 'snapshots'),
      everyMs: parseDuration('--snapshot-interval', given.snapshotInterval ?? DEFAULT_SNAPSHOT_INTERVAL),
      keep: parseCount('--snapshot-keep', given.snapshotKeep ?? DEFAULT_SNAPSHOT_KEEP),
    },
    log: {
      level: parseChoice('--log-level', given.logLevel ?? 'info', ['debug', 'info', 'warn', 'error']),
      format: parseChoice('--log-format', given.logFormat ?? 'auto', ['json', 'text', 'auto']),
    },
  }
}

function terminalsOf(given: string): HubConfig['terminals'] {
  const which = parseChoice('--terminals', given, ['pod', 'kubectl', 'all', 'off'])
  return { pod: which === 'pod' || which === 'all', kubectl: which === 'kubectl' || which === 'all' }
}

function tlsOf(given: Settings, dataDir: string, cwd: string): HubConfig['tls'] {
  const { tlsCert, tlsKey } = given
  if (tlsCert === undefined && tlsKey === undefined) return { kind: 'own', dir: join(dataDir, 'tls') }
  if (tlsCert === undefined || tlsKey === undefined) {
    const [there, missing] = tlsKey === undefined ? ['--tls-cert', '--tls-key'] : ['--tls-key', '--tls-cert']
    throw new ConfigError(
      missing,
      `${there} is given without ${missing}; give both, or neither and the hub makes its own.`,
    )
  }
  return { kind: 'files', cert: resolve(cwd, tlsCert), key: resolve(cwd, tlsKey) }
}

function sealingOf(given: Settings, text: string | undefined, dataDir: string, cwd: string): HubConfig['sealing'] {
  const ways: [string, HubConfig['sealing']][] = []
  if (text) ways.push([SEALING_KEY, { kind: 'text', key: text }])
  if (given.sealingKeyFile)
    ways.push(['--sealing-key-file', { kind: 'file', path: resolve(cwd, given.sealingKeyFile) }])
  if (given.sealingKeyCommand)
    ways.push(['--sealing-key-command', { kind: 'command', command: given.sealingKeyCommand }])
  if (ways.length > 1) {
    const names = ways.map(([name]) => name).join(' and ')
    throw new ConfigError(ways[1]![0], `The sealing key is given twice, by ${names}; give it one way.`)
  }
  return ways[0]?.[1] ?? { kind: 'folder', dir: join(dataDir, 'keys') }
}

const withoutUndefined = (flags: Settings): Settings =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
