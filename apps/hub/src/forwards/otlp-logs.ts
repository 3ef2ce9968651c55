import type { AuditLine } from '@moorage/contract/audit.ts'

/** Who sends: the hub, in the words of OpenTelemetry's resources. */
export interface Sender {
  instance: string
  version: string
  /** Host name of the hub, as clients reach it. */
  host: string
}

/** The hub as it says of itself. */
export const senderOf = ({ instance, version, publicUrl }: { instance: string; version: string; publicUrl: string }) =>
  ({ instance, version, host: new URL(publicUrl).hostname }) satisfies Sender

type AnyValue = { stringValue: string } | { boolValue: boolean } | { intValue: string }
interface KeyValue {
  key: string
  value: AnyValue
}

// Of the data model's severity numbers.
const INFO = { severityNumber: 9, severityText: 'INFO' }
const WARN = { severityNumber: 13, severityText: 'WARN' }
const ERROR = { severityNumber: 17, severityText: 'ERROR' }

const severity = ({ allowed, status }: AuditLine) => {
  if (!allowed) return WARN
  return status !== null && status >= 500 ? ERROR : INFO
}

const anyValue = (value: string | number | boolean): AnyValue => {
  if (typeof value === 'boolean') return { boolValue: value }
  // 64-bit integers are texts in protobuf's JSON.
  return typeof value === 'number' ? { intValue: String(value) } : { stringValue: value }
}

const attributes = (values: Record<string, string | number | boolean | null>): KeyValue[] =>
  Object.entries(values).flatMap(([key, value]) =>
    value === null || value === '' ? [] : [{ key, value: anyValue(value) }],
  )

/** Names of OpenTelemetry's semantic conventions where there is one. */
function ofLine(line: AuditLine): KeyValue[] {
  const { actor, source, client, status, namespace, cluster, action, ...rest } = line
  const own = Object.entries(rest).filter(([key]) => key !== 'at')
  return attributes({
    'event.name': `moorage.${action}`,
    'user.id': actor.id,
    'user.name': actor.name,
    'client.address': source,
    'user_agent.original': client,
    'http.response.status_code': status,
    'k8s.namespace.name': namespace,
    'moorage.audit.actor.kind': actor.kind,
    'moorage.audit.action': action,
    'moorage.audit.cluster': cluster,
    ...Object.fromEntries(own.map(([key, value]) => [`moorage.audit.${snake(key)}`, value])),
  })
}

const snake = (key: string) => key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

const nanos = (at: string) => `${BigInt(Date.parse(at)) * 1_000_000n}`

const sentence = ({ actor, action, target, allowed, status }: AuditLine) => {
  const how = !allowed ? 'refused' : status === null ? 'begun' : status < 400 ? 'done' : 'failed'
  return `${actor.name || actor.kind}: ${action} ${target}: ${how}${status === null ? '' : ` (${status})`}`
}

/** Lines as an ExportLogsServiceRequest, in protobuf's JSON. */
export const otlpLogs = (lines: readonly AuditLine[], { instance, version, host }: Sender) => ({
  resourceLogs: [
    {
      resource: {
        attributes: attributes({
          'service.name': 'moorage',
          'service.instance.id': instance,
          'service.version': version,
          'host.name': host,
        }),
      },
      scopeLogs: [
        {
          scope: { name: 'moorage.audit' },
          logRecords: lines.map(line => ({
            timeUnixNano: nanos(line.at),
            observedTimeUnixNano: nanos(line.at),
            ...severity(line),
            body: { stringValue: sentence(line) },
            attributes: ofLine(line),
          })),
        },
      ],
    },
  ],
})
