import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyAuditLine, auditLine } from './fixtures/audit-lines.ts'
import { otlpLogs } from './otlp-logs.ts'

const sender = { instance: 'i', version: '1.2.3', host: 'hub.example.org' }

test('a line becomes a record in the words of OpenTelemetry', () => {
  const { resource, scopeLogs } = otlpLogs([auditLine({})], sender).resourceLogs[0]!
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'moorage' } })
  const record = scopeLogs[0]!.logRecords[0]!
  expect(record).toMatchObject({ timeUnixNano: '1767225600123000000', severityNumber: 9, severityText: 'INFO' })
  expect(record.body).toEqual({ stringValue: 'ada: kube.delete pods/web: done (200)' })
  const found = Object.fromEntries(record.attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
  expect(found).toMatchObject({
    'user.name': 'ada',
    'client.address': '10.0.0.1',
    'http.response.status_code': '200',
    'k8s.namespace.name': 'shop',
    'moorage.audit.seq': '1',
    'moorage.audit.request_id': 'r',
    'moorage.audit.allowed': true,
  })
  expect(found).not.toHaveProperty('moorage.audit.recording')
})

test('every record is what protobuf’s JSON allows, and no key is there twice', () => {
  fc.assert(
    fc.property(anyAuditLine, line => {
      const record = otlpLogs([line], sender).resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!
      expect(record.timeUnixNano).toMatch(/^\d+$/)
      const keys = record.attributes.map(({ key }) => key)
      expect(new Set(keys).size).toBe(keys.length)
      for (const { value } of record.attributes) {
        const [[kind, each] = []] = Object.entries(value)
        if (kind === 'intValue') expect(each).toMatch(/^-?\d+$/)
        else expect(typeof each).toBe(kind === 'boolValue' ? 'boolean' : 'string')
      }
    }),
    { numRuns: 30 },
  )
})
