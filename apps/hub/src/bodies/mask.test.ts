import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { maskBody } from './mask.ts'
import { KEPT_BYTES, readBody } from './readable.ts'

const PLANTED = 'planted-9f2c41d7e8'
const ENCODED = Buffer.from(PLANTED).toString('base64').replace(/=+$/, '')
const deployments = { resource: 'deployments', subresource: null }
const secrets = { resource: 'secrets', subresource: null }

test('what was changed is to be seen, without what could be secret', () => {
  const container = {
    name: 'web',
    image: 'registry.example.org/web:2',
    args: ['--port=80', '--password=hunter2', '--token', 'hunter3', '--verbose'],
    env: [
      { name: 'MODE', value: 'hunter4' },
      { name: 'FROM', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } },
    ],
  }
  const masked = maskBody(
    { kind: 'Deployment', spec: { replicas: 3, template: { spec: { containers: [container] } } } },
    deployments,
  )
  expect(masked).toEqual({
    kind: 'Deployment',
    spec: {
      replicas: 3,
      template: {
        spec: {
          containers: [
            {
              name: 'web',
              image: 'registry.example.org/web:2',
              args: ['--port=80', '[masked]', '[masked]', '[masked]', '--verbose'],
              env: [
                { name: 'MODE', value: '[masked]' },
                { name: 'FROM', valueFrom: { secretKeyRef: { name: '[masked]', key: '[masked]' } } },
              ],
            },
          ],
        },
      },
    },
  })
})

test('of a Secret only its name, its type and its keys are kept', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: 'db', namespace: 'shop', labels: { a: 'b' } },
    data: { url: ENCODED },
  }
  expect(maskBody(secret, secrets)).toEqual({
    ...secret,
    metadata: { name: 'db', namespace: 'shop', labels: { a: '[masked]' } },
    data: { url: '[masked]' },
  })
})

/** Whatever else is in a body. */
const around = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
const secret = fc.constantFrom(PLANTED, ENCODED)
/** Places of a body that hold a secret. */
const places: ((value: string) => [unknown, { resource: string; subresource: string | null }])[] = [
  value => [{ kind: 'Secret', data: { anything: value } }, secrets],
  value => [{ data: { anything: value } }, secrets],
  value => [{ stringData: { a: { b: [value] } } }, secrets],
  value => [[{ op: 'replace', path: '/data/a', value }], secrets],
  value => [{ kind: 'List', items: [{ kind: 'Secret', stringData: { a: value } }] }, deployments],
  value => [
    {
      metadata: {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
            kind: 'Secret',
            data: { a: value },
            pad: 'x'.repeat(200),
          }),
        },
      },
    },
    deployments,
  ],
  value => [{ spec: { containers: [{ env: [{ name: 'A', value }] }] } }, deployments],
  value => [[{ op: 'add', path: '/spec/containers/0/env/-', value: { name: 'A', value } }], deployments],
  value => [[{ op: 'add', path: '/spec/containers/0', value: { env: [{ name: 'A', value }] } }], deployments],
  value => [{ spec: { containers: [{ args: [`--db-password=${value}`] }] } }, deployments],
  value => [{ spec: { containers: [{ command: ['run', '--api-key', value] }] } }, deployments],
  value => [{ kind: 'ConfigMap', data: { DB_PASSWORD: value } }, deployments],
  value => [{ kind: 'ConfigMap', data: { 'app.conf': `user: a\nline: ${value}\n` } }, deployments],
  value => [{ kind: 'ConfigMap', data: { url: `postgres://ada:${value}@db/shop` } }, deployments],
  value => [{ spec: { clientSecret: { deep: [{ er: value }] } } }, deployments],
  value => [{ spec: { token: value } }, { resource: 'serviceaccounts', subresource: 'token' }],
  value => [{ status: { token: value } }, { resource: 'tokenreviews', subresource: null }],
  value => [{ spec: { note: `eyJhbGciOi.${value}` } }, deployments],
  value => [{ spec: { note: `-----BEGIN ${value}` } }, deployments],
]

test('no secret of any of the places that have them is kept, as JSON or as YAML', () => {
  fc.assert(
    fc.property(fc.constantFrom(...places), secret, around, fc.boolean(), (place, value, other, asYaml) => {
      const [body, about] = place(value)
      const whole = Array.isArray(body) ? body : { ...other, ...(body as object) }
      const sent = asYaml ? stringify(whole) : JSON.stringify(whole)
      const type = asYaml ? 'application/apply-patch+yaml' : 'application/json'
      const { text } = readBody(Buffer.from(sent), type, about)
      expect(text).not.toContain(PLANTED)
      expect(text).not.toContain(ENCODED)
    }),
    { numRuns: 300 },
  )
})

test('any bytes are read or not, and never a failure; what can not be understood is not kept', () => {
  const type = fc.constantFrom('application/json', 'application/yaml', 'application/merge-patch+json', 'text/x')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), type, (bytes, type) => {
      const { text, note } = readBody(Buffer.from(bytes), type, deployments)
      if (text === null) expect(note).not.toBeNull()
    }),
  )
  expect(readBody(Buffer.from('k8s\0…'), 'application/vnd.kubernetes.protobuf', deployments).text).toBeNull()
  expect(readBody(Buffer.from(`{"a":"${PLANTED}`), 'application/json', deployments).text).toBeNull()
  const bomb = `a: &a [x, x]\n${Array.from({ length: 9 }, (_, n) => `${'bcdefghij'[n]}: &${'bcdefghij'[n]} [*${'abcdefghi'[n]}, *${'abcdefghi'[n]}, *${'abcdefghi'[n]}]`).join('\n')}`
  expect(readBody(Buffer.from(bomb), 'application/yaml', deployments)).toMatchObject({ text: null })
})

test('a long body is cut, and says so', () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`name-${n}`, 'ä']))
  const { text, note } = readBody(Buffer.from(JSON.stringify(many)), 'application/json', deployments)
  expect(Buffer.byteLength(text!)).toBeLessThanOrEqual(KEPT_BYTES + 3)
  expect(note).toMatch(/^Cut: it has \d+ bytes\.$/)
})
