import { describe, expect, test } from 'vitest'
import { toConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { readEnv, type Settings, settings } from './settings.ts'

const refusal = (flags: Settings, env: Record<string, string> = {}): ConfigError => {
  try {
    toConfig(flags, env, '/srv')
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('it was taken')
}

describe('the configuration', () => {
  test('has defaults for everything', () => {
    expect(toConfig({}, {}, '/srv')).toEqual({
      dataDir: '/srv/moorage-data',
      store: { kind: 'pglite', dir: '/srv/moorage-data' },
      listen: { host: '127.0.0.1', port: 8443 },
      publicUrl: null,
      peerUrl: null,
      drainDelayMs: 0,
      tls: { kind: 'own', dir: '/srv/moorage-data/tls' },
      bootstrap: { kind: 'print' },
      sealing: { kind: 'folder', dir: '/srv/moorage-data/keys' },
      addresses: { allowed: [], denied: [] },
      eventsRetentionMs: 7 * 86_400_000,
      audit: { onFailure: 'refuse', keptMs: 365 * 86_400_000 },
      recordings: { policy: 'record', keptMs: 90 * 86_400_000 },
      terminals: { pod: true, kubectl: false },
      kubectl: null,
      eventsKept: 100_000,
      agentImage: null,
      snapshots: { dir: '/srv/moorage-data/snapshots', everyMs: 3_600_000, keep: 5 },
      log: { level: 'info', format: 'auto' },
    })
  })

  test('takes every setting from its variable, and a flag before that', () => {
    const env = { MOORAGE_DATA: '/env', MOORAGE_LISTEN: '0.0.0.0:1', MOORAGE_LOG_LEVEL: '' }
    const config = toConfig({ listen: '[::1]:2', data: undefined }, env)
    expect(config).toMatchObject({ dataDir: '/env', listen: { host: '::1', port: 2 }, log: { level: 'info' } })
    const all = Object.fromEntries(settings.map(({ env, name }) => [env, name]))
    expect(Object.keys(readEnv(all)).sort()).toEqual(settings.map(({ name }) => name).sort())
  })

  test.each<[Settings, object]>([
    [{ listen: ':9000' }, { listen: { host: '::', port: 9000 } }],
    [{ listen: 'hub.example.org:0' }, { listen: { host: 'hub.example.org', port: 0 } }],
    [{ publicUrl: 'https://hub.example.org:444/' }, { publicUrl: 'https://hub.example.org:444' }],
    [
      { databaseUrl: 'postgres://u:p@h/db?sslmode=require' },
      { store: { kind: 'postgres', url: 'postgres://u:p@h/db?sslmode=require' } },
    ],
    [{ tlsCert: 'a.crt', tlsKey: '/b.key' }, { tls: { kind: 'files', cert: '/srv/a.crt', key: '/b.key' } }],
    [{ terminals: 'all' }, { terminals: { pod: true, kubectl: true } }],
    [{ terminals: 'kubectl' }, { terminals: { pod: false, kubectl: true } }],
    [{ terminals: 'off' }, { terminals: { pod: false, kubectl: false } }],
    [{ kubectl: 'bin/kubectl' }, { kubectl: '/srv/bin/kubectl' }],
    [{ bootstrapTokenFile: 't' }, { bootstrap: { kind: 'file', path: '/srv/t' } }],
    [
      { allowAddresses: '10.0.0.0/8, fd00::/8,192.0.2.1' },
      { addresses: { allowed: ['10.0.0.0/8', 'fd00::/8', '192.0.2.1'], denied: [] } },
    ],
    [
      { eventsRetention: '36h', snapshotInterval: '15m' },
      { eventsRetentionMs: 36 * 3_600_000, snapshots: { everyMs: 900_000 } },
    ],
    [{ eventsKeep: '10000000' }, { eventsKept: 10_000_000 }],
    [{ agentImage: 'registry.example.org:5000/m/agent' }, { agentImage: 'registry.example.org:5000/m/agent' }],
    [{ sealingKeyCommand: 'kms decrypt' }, { sealing: { kind: 'command', command: 'kms decrypt' } }],
  ])('takes %j', (flags, expected) => {
    expect(toConfig(flags, {}, '/srv')).toMatchObject(expected)
  })

  test.each<[Settings, string, RegExp]>([
    [{ listen: '8443' }, '--listen', /"8443".*HOST:PORT/],
    [{ listen: '127.0.0.1:70000' }, '--listen', /70000/],
    [{ listen: '[nonsense]:1' }, '--listen', /nonsense/],
    [{ publicUrl: 'http://hub.example.org' }, '--public-url', /https/],
    [{ publicUrl: 'https://hub.example.org/path' }, '--public-url', /without a path/],
    [{ databaseUrl: 'mysql://u:planted-secret@h/db' }, '--database-url', /postgres:\/\//],
    [{ databaseUrl: 'postgres://h' }, '--database-url', /database/],
    [{ tlsCert: 'a' }, '--tls-key', /--tls-cert is given without --tls-key/],
    [{ tlsKey: 'a' }, '--tls-cert', /--tls-key is given without --tls-cert/],
    [{ allowAddresses: '10.0.0.0/33' }, '--allow-addresses', /"10\.0\.0\.0\/33"/],
    [{ denyAddresses: 'intranet' }, '--deny-addresses', /"intranet"/],
    [{ drainDelay: '11m' }, '--drain-delay', /"11m".*10m at most/],
    [{ eventsRetention: '7 days' }, '--events-retention', /"7 days".*24h/],
    [{ eventsRetention: '0d' }, '--events-retention', /above 0/],
    [{ eventsKeep: '10000001' }, '--events-keep', /from 1 to 10000000/],
    [{ agentImage: 'my agent' }, '--agent-image', /"my agent".*image reference/],
    [{ snapshotKeep: '0' }, '--snapshot-keep', /from 1/],
    [{ logLevel: 'loud' }, '--log-level', /debug, info, warn, error/],
    [{ sealingKeyFile: 'a', sealingKeyCommand: 'b' }, '--sealing-key-command', /twice/],
  ])('refuses %j in a sentence', (flags, setting, sentence) => {
    const error = refusal(flags)
    expect(error.setting).toBe(setting)
    expect(error.message).toMatch(sentence)
    expect(error.message).not.toContain('planted-secret')
  })

  test('refuses a password in the public address without repeating it', () => {
    expect(refusal({ publicUrl: 'https://a:planted-secret@h' }).message).not.toContain('planted-secret')
  })

  test('takes the sealing key itself from the environment only', () => {
    expect(toConfig({}, { MOORAGE_SEALING_KEY: 'k' }).sealing).toEqual({ kind: 'text', key: 'k' })
    expect(settings.map(({ flag }) => flag)).not.toContain('--sealing-key')
  })
})
