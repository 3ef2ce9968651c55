import type { ImportStep } from '@moorage/contract/agent.ts'
import type { Cluster, Condition, Detected, Resources } from '@moorage/contract/cluster.ts'
import type { Event, SyncState } from '@moorage/contract/inventory.ts'
import { showLabels } from '../args/labels.ts'
import { age, relative } from '../print/age.ts'
import { clean } from '../print/clean.ts'
import { type Paint, paintPhase } from '../print/colour.ts'
import { type Field, fields, indent } from '../print/fields.ts'
import { cpu, memory, percent } from '../print/quantity.ts'
import { table } from '../print/table.ts'
import { agentFields } from './agent.ts'
import { instanceTypes } from './cluster.ts'
import { importStepsText } from './import-steps.ts'
import { eventView } from './inventory.ts'

/** Days; an expiry nearer than this is marked. */
const WARN_DAYS = 30
const DAY = 86_400_000
/** Cells that a section stands further in. */
const INDENT = 2

/** Everything that is known of a cluster, in sections, as `kubectl describe` does it. */
export function describeCluster(
  cluster: Cluster,
  more: { events: Event[]; sync: SyncState[]; steps: ImportStep[] },
  now: Date,
  paint: Paint,
  maxWidth?: number,
): string {
  const room = maxWidth === undefined ? undefined : maxWidth - INDENT
  const section = (title: string, body: string) => `${paint('bold', `${title}:`)}\n${indent(body)}`
  return [
    fields(identity(cluster, now, paint), maxWidth),
    ...(more.steps.length > 0 ? [section('Import', importStepsText(more.steps, paint, room))] : []),
    section('Facts', fields(facts(cluster), room)),
    section('Resources', resources(cluster)),
    section(
      'Credential',
      cluster.credential ? fields(credential(cluster.credential, now, paint), room) : 'none is held',
    ),
    ...(cluster.agent ? [section('Agent', fields(agentFields(cluster.agent, cluster.uid !== null, now), room))] : []),
    section('Conditions', conditions(cluster.conditions, now, paint, room)),
    section('Inventory', more.sync.length > 0 ? sync(more.sync, now, paint, room) : 'nothing was read yet'),
    section('Capabilities', capabilities(cluster, paint, room)),
    section(
      'Events',
      more.events.length > 0 ? table(eventView(now, paint).columns, more.events, { maxWidth: room }) : '<none>',
    ),
  ].join('\n')
}

const identity = (cluster: Cluster, now: Date, paint: Paint): Field[] => [
  ['Name', cluster.name],
  ['ID', cluster.id],
  ['UID', cluster.uid ?? 'not known until its agent has joined'],
  ['Project', cluster.project],
  ['Labels', showLabels(cluster.labels).split(',').filter(Boolean)],
  ['Phase', paintPhase(paint, cluster.phase)],
  ['Origin', cluster.origin],
  ['Connection', cluster.connection],
  ['Mode', cluster.mode],
  ['People act as', actsAs(cluster)],
  ['Created', `${cluster.createdAt} (${age(cluster.createdAt, now)} ago)`],
  ['Last seen', cluster.lastSeen ? `${cluster.lastSeen} (${age(cluster.lastSeen, now)} ago)` : 'never'],
]

/** In whose name people’s requests reach the cluster. */
function actsAs({ mode, actsAs: as }: Cluster): string {
  if (mode === 'read-only') return 'the connection, which can only read'
  if (as === null) return 'not known yet'
  return as === 'person'
    ? 'themselves'
    : 'the connection: its credential may not impersonate, so Moorage’s rules alone decide'
}

const facts = (cluster: Cluster): Field[] => [
  ['Kubernetes', clean(cluster.version ?? 'not known')],
  ['Distribution', detected(cluster.distribution)],
  ['Provider', detected(cluster.provider)],
  ['Region', clean(cluster.region ?? 'not known')],
  ['Zones', clean(cluster.zones.join(', ') || 'not known')],
  ['Instance types', instanceTypes(cluster)],
  ['Nodes', cluster.nodeCount === null ? 'not known' : `${cluster.nodeCount}, ${cluster.readyNodeCount ?? 0} ready`],
  ['Pods', cluster.podCount === null ? 'not known' : `${cluster.podCount}`],
]

const detected = ({ value, evidence, limited }: Detected) => [
  clean(value ?? 'not known'),
  ...evidence.map(sentence => `- ${clean(sentence)}`),
  ...(limited ? ['- Not all evidence could be read.'] : []),
]

function resources(cluster: Cluster): string {
  const { capacity, allocatable, requested, used } = cluster
  const show = (name: string, sum: Partial<Resources> | null, whole?: Resources | null) => ({
    name,
    cpu: sum?.cpuMilli === undefined ? '-' : cpu(sum.cpuMilli) + share(sum.cpuMilli, whole?.cpuMilli),
    memory: sum?.memoryBytes === undefined ? '-' : memory(sum.memoryBytes) + share(sum.memoryBytes, whole?.memoryBytes),
    pods: sum?.pods === undefined ? '-' : `${sum.pods}`,
  })
  return table(
    [
      { title: '', value: row => row.name },
      { title: 'CPU', value: row => row.cpu },
      { title: 'MEMORY', value: row => row.memory },
      { title: 'PODS', value: row => row.pods },
    ],
    [
      show('capacity', capacity),
      show('allocatable', allocatable),
      show('requested', requested, allocatable),
      show('used', used, allocatable),
    ],
  )
}

const share = (part: number, whole: number | undefined) => (whole === undefined ? '' : ` (${percent(part, whole)})`)

function credential(held: NonNullable<Cluster['credential']>, now: Date, paint: Paint): Field[] {
  const expiry = held.expiresAt
    ? `${held.expiresAt} (${relative(held.expiresAt, now)})`
    : held.kind === 'token'
      ? 'never, as far as the token says'
      : 'not known'
  const soon = held.expiresAt !== null && Date.parse(held.expiresAt) - now.getTime() < WARN_DAYS * DAY
  return [
    ['Kind', held.kind],
    ['Server', clean(held.server)],
    ['Context', clean(held.context)],
    ['User', clean(held.user ?? 'not known')],
    ['Expires', soon ? paint('yellow', expiry) : expiry],
    ...(held.tlsServerName ? [['TLS server name', clean(held.tlsServerName)] as Field] : []),
    ...(held.proxyUrl ? [['Proxy', clean(held.proxyUrl)] as Field] : []),
    ...(held.insecureSkipTlsVerify
      ? [['TLS', paint(['red', 'bold'], 'NOT VERIFIED: anyone in between can read and change everything')] as Field]
      : []),
  ]
}

const statusStyle = ({ status, severity }: Condition) =>
  status === 'True'
    ? 'green'
    : status === 'Unknown' || severity === 'warning'
      ? 'yellow'
      : severity === 'info'
        ? 'gray'
        : 'red'

const conditions = (list: Condition[], now: Date, paint: Paint, maxWidth: number | undefined) =>
  table(
    [
      { title: 'TYPE', value: condition => condition.type },
      { title: 'STATUS', value: condition => paint(statusStyle(condition), condition.status) },
      { title: 'REASON', value: condition => clean(condition.reason) },
      { title: 'SINCE', value: condition => age(condition.lastTransition, now) },
      { title: 'SEEN', value: condition => `${age(condition.lastSeen, now)} ago` },
      { title: 'MESSAGE', value: condition => clean(condition.message), wrap: true },
    ],
    list,
    { maxWidth },
  )

const sync = (kinds: SyncState[], now: Date, paint: Paint, maxWidth: number | undefined) =>
  table(
    [
      { title: 'KIND', value: kind => kind.kind },
      {
        title: 'STATE',
        value: kind => (kind.state === 'watching' ? paint('green', kind.state) : paint('yellow', kind.state)),
      },
      { title: 'COUNT', value: kind => `${kind.count}`, align: 'right' },
      { title: 'SYNCED', value: kind => (kind.syncedAt ? `${age(kind.syncedAt, now)} ago` : '-') },
      { title: 'MESSAGE', value: kind => clean(kind.message ?? ''), wrap: true },
    ],
    kinds,
    { maxWidth },
  )

const capabilities = (cluster: Cluster, paint: Paint, maxWidth: number | undefined) =>
  table(
    [
      { title: 'CAPABILITY', value: capability => capability.name },
      { title: 'ALLOWED', value: capability => (capability.allowed ? paint('green', 'yes') : paint('dim', 'no')) },
      { title: 'BECAUSE', value: capability => clean(capability.because), wrap: true },
    ],
    cluster.capabilities,
    { maxWidth },
  )
