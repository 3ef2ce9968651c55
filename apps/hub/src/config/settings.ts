/** What the hub can be told, as flags (`--public-url`) or as variables (`MOORAGE_PUBLIC_URL`). Flags win. */
export interface Settings {
  data?: string | undefined
  listen?: string | undefined
  publicUrl?: string | undefined
  databaseUrl?: string | undefined
  peerUrl?: string | undefined
  drainDelay?: string | undefined
  tlsCert?: string | undefined
  tlsKey?: string | undefined
  bootstrapTokenFile?: string | undefined
  allowAddresses?: string | undefined
  denyAddresses?: string | undefined
  eventsRetention?: string | undefined
  auditRetention?: string | undefined
  auditOnFailure?: string | undefined
  recording?: string | undefined
  recordingRetention?: string | undefined
  terminals?: string | undefined
  kubectl?: string | undefined
  eventsKeep?: string | undefined
  agentImage?: string | undefined
  snapshotInterval?: string | undefined
  snapshotKeep?: string | undefined
  sealingKeyFile?: string | undefined
  sealingKeyCommand?: string | undefined
  logLevel?: string | undefined
  logFormat?: string | undefined
}

export interface Setting {
  name: keyof Settings
  flag: string
  env: string
  /** How the value is written in help, such as `HOST:PORT`. */
  value: string
  help: string
}

/** Every setting, for the help page and for reading the environment. */
export const settings: readonly Setting[] = [
  { name: 'data', value: 'DIR', help: 'folder of everything that the hub keeps (default ./moorage-data)' },
  { name: 'listen', value: 'HOST:PORT', help: 'where to answer (default 127.0.0.1:8443)' },
  { name: 'publicUrl', value: 'URL', help: 'how people and agents reach the hub, where that differs from --listen' },
  { name: 'databaseUrl', value: 'postgres://…', help: 'PostgreSQL 15 or newer instead of the embedded database' },
  {
    name: 'peerUrl',
    value: 'URL',
    help: 'how other replicas on the same PostgreSQL reach this one (default: the address of --listen)',
  },
  {
    name: 'drainDelay',
    value: 'TIME',
    help: 'how long a hub that is told to stop is not ready and answers all the same, so that load balancers notice (default: not at all)',
  },
  { name: 'tlsCert', value: 'FILE', help: 'certificate chain in PEM (default: the hub makes its own CA)' },
  { name: 'tlsKey', value: 'FILE', help: 'private key of --tls-cert in PEM' },
  {
    name: 'bootstrapTokenFile',
    value: 'FILE',
    help: 'take the first admin token from this file instead of printing one',
  },
  { name: 'allowAddresses', value: 'CIDR,…', help: 'kubeconfigs may point only to these ranges' },
  { name: 'denyAddresses', value: 'CIDR,…', help: 'kubeconfigs may not point to these ranges' },
  { name: 'eventsRetention', value: 'TIME', help: 'how long events of clusters are kept (default 7d)' },
  { name: 'auditRetention', value: 'TIME', help: 'how long lines of the audit log are kept (default 365d)' },
  {
    name: 'auditOnFailure',
    value: 'WHAT',
    help: 'what becomes of requests while the audit log can not be written: refuse or allow (default refuse)',
  },
  {
    name: 'recording',
    value: 'POLICY',
    help: 'whether sessions in pods are recorded: record, record-or-refuse or off (default record)',
  },
  { name: 'recordingRetention', value: 'TIME', help: 'how long recordings of sessions are kept (default 90d)' },
  {
    name: 'terminals',
    value: 'WHICH',
    help: 'terminals in the console: pod (shells in pods), kubectl (a prompt), all or off (default pod)',
  },
  {
    name: 'kubectl',
    value: 'PATH',
    help: 'the kubectl that the prompt runs (default: the one on the PATH)',
  },
  {
    name: 'eventsKeep',
    value: 'NUMBER',
    help: 'how many events of each cluster are kept, the newest ones (default 100000)',
  },
  {
    name: 'agentImage',
    value: 'REF',
    help: 'image of agents, as in a registry of your own; without a tag the hub’s version is its tag (default moorage/agent)',
  },
  { name: 'snapshotInterval', value: 'TIME', help: 'how often the embedded database is copied (default 1h)' },
  { name: 'snapshotKeep', value: 'NUMBER', help: 'how many copies are kept (default 5)' },
  { name: 'sealingKeyFile', value: 'FILE', help: 'key that secrets are sealed with (default: made in DIR/keys)' },
  { name: 'sealingKeyCommand', value: 'COMMAND', help: 'a command that prints that key, such as one that asks a KMS' },
  { name: 'logLevel', value: 'LEVEL', help: 'debug, info, warn or error (default info)' },
  { name: 'logFormat', value: 'FORMAT', help: 'json or text (default: text on a terminal)' },
].map(setting => {
  const words = setting.name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  return {
    ...setting,
    name: setting.name as keyof Settings,
    flag: `--${words}`,
    env: `MOORAGE_${words.replaceAll('-', '_').toUpperCase()}`,
  }
})

/** The settings that the environment holds. An empty variable is the same as none. */
export function readEnv(env: Readonly<Record<string, string | undefined>>): Settings {
  const found: Settings = {}
  for (const { name, env: variable } of settings) if (env[variable]) found[name] = env[variable]
  return found
}
