import { createCa } from '@moorage/testkit/tiny-ca.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { credentialInfo } from './credential-info.ts'
import { KubeconfigError, readKubeconfig } from './kubeconfig.ts'
import { describeExec } from './local-kubeconfig.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

const TOKEN = 'pl4nted-t0ken-pl4nted-t0ken'
const PASSWORD = 'pl4nted-passw0rd'

/** One of everything that a kubeconfig can hold. */
const original = async () => {
  const ca = await createCa('kubernetes')
  const admin = await ca.issue({ commonName: 'admin' })
  const key = base64(admin.key)
  const text = `apiVersion: v1
kind: Config
current-context: one
preferences: {}
clusters:
- name: prod
  cluster:
    server: https://api.example.com:6443
    certificate-authority-data: ${base64(ca.certPem)}
    proxy-url: http://me:${PASSWORD}@proxy.example.com:3128
    tls-server-name: api
users:
- name: by-token
  user:
    token: ${TOKEN}
- name: by-certificate
  user:
    client-certificate-data: ${base64(admin.cert)}
    client-key-data: ${key}
- name: by-password
  user:
    username: me
    password: "${PASSWORD}"
- name: by-program
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: get-token
      args: [--quiet]
      env:
      - name: TOKEN
        value: ${TOKEN}
- name: by-plugin
  user:
    auth-provider:
      name: oidc
      config:
        client-secret: ${PASSWORD}
        id-token: ${TOKEN}
contexts:
${['by-token', 'by-certificate', 'by-password', 'by-program', 'by-plugin']
  .map(user => `- name: ${user}\n  context: {cluster: prod, user: ${user}, namespace: default}`)
  .join('\n')}
`
  // Any run of the key that is long enough to be of use counts as the key.
  return {
    text,
    secrets: [TOKEN, base64(TOKEN).slice(0, 16), PASSWORD, base64(PASSWORD).slice(0, 16), key.slice(40, 60)],
  }
}

type Edit = (text: string) => string

const lineEdit = (edit: (lines: string[], at: number, other: number) => void) =>
  fc.tuple(fc.nat(200), fc.nat(200)).map(
    ([a, b]): Edit =>
      text => {
        const lines = text.split('\n')
        edit(lines, a % lines.length, b % lines.length)
        return lines.join('\n')
      },
  )

/** The insides of one value change; its key stays what it is. */
const junk = fc.oneof(
  fc.constantFrom(
    '"',
    "'",
    '\t',
    ': ',
    ' #',
    '- ',
    '[',
    '}',
    '&a ',
    '*a ',
    '!!set ',
    '|',
    '>',
    '? ',
    '%',
    '@',
    '\0',
    '\u2028',
    '\ud800',
    '~',
    '<<: ',
    '---\n',
    '...\n',
    '__proto__: 1\n',
  ),
  fc.string({ maxLength: 4 }),
)

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.nat(10_000), junk).map(
    ([at, s]): Edit =>
      t =>
        t.slice(0, at % t.length) + s + t.slice(at % t.length),
  ),
  fc.tuple(fc.nat(10_000), fc.nat(30)).map(
    ([at, n]): Edit =>
      t =>
        t.slice(0, at % t.length) + t.slice((at % t.length) + n),
  ),
  fc.nat(10_000).map(
    (at): Edit =>
      t =>
        t.slice(0, at % t.length),
  ),
  lineEdit((lines, at) => lines.splice(at, 1)),
  lineEdit((lines, at) => lines.splice(at, 0, lines[at] ?? '')),
  lineEdit((lines, at) => (lines[at] = ` ${lines[at]}`)),
  lineEdit((lines, at) => (lines[at] = (lines[at] ?? '').replace(/^ {1,2}/, ''))),
  lineEdit((lines, at) => (lines[at] = (lines[at] ?? '').replace(/: .*/, ': 7'))),
  lineEdit((lines, at) => (lines[at] = (lines[at] ?? '').replace(/: .*/, ': [a, {b: c}]'))),
  lineEdit((lines, at) => (lines[at] = (lines[at] ?? '').replace(/: (\S)/, ': "$1'))),
  fc.nat(10_000).map(
    (at): Edit =>
      t => {
        const i = at % t.length
        return t.slice(0, i) + String.fromCharCode(t.charCodeAt(i) ^ (1 << (at % 7))) + t.slice(i + 1)
      },
  ),
)

const contexts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('by-token', 'by-certificate') },
  { weight: 2, arbitrary: fc.constantFrom(undefined, 'by-password', 'by-program', 'by-plugin', 'nope') },
)

test('600 damaged kubeconfigs are each taken or refused in a sentence that holds no secret', async () => {
  const { text, secrets } = await original()
  const seen = { taken: 0, refused: 0 }
  fc.assert(
    fc.property(fc.array(edits, { minLength: 1, maxLength: 3 }), contexts, (changes, context) => {
      const damaged = changes.reduce((t, change) => (t === '' ? t : change(t)), text)
      const remote = () => credentialInfo(readKubeconfig(damaged, { context, allowInsecureTls: true }))
      const local = () => describeExec(damaged, { context, directory: '/' })
      for (const read of context === 'by-program' ? [remote, local] : [remote]) {
        try {
          read()
          seen.taken++
        } catch (error) {
          seen.refused++
          expect(error).toBeInstanceOf(KubeconfigError)
          const refused = error as KubeconfigError
          expect(refused.message).toMatch(/^[A-Za-z“].*\.( \(line \d+, column \d+\))?$/s)
          expect(refused.fix).toMatch(/\.$/)
          const told = `${refused.message} ${refused.stack} ${JSON.stringify(refused)} ${String(refused.cause)}`
          for (const secret of secrets) expect(told).not.toContain(secret)
        }
      }
    }),
    { numRuns: 600 },
  )
  // Both ways must have been gone, or the damage is too great or too small to prove anything.
  expect(seen.taken).toBeGreaterThan(15)
  expect(seen.refused).toBeGreaterThan(200)
})

test('a file of thousands of names and credentials is refused in no time, and not with all of them', () => {
  const many = (count: number, entry: (n: number) => string) => Array.from({ length: count }, (_, n) => entry(n)).join()
  const text = `
x-token: [${many(12_000, n => `secret-${n}`)}]
contexts: [${many(5_000, n => `{name: context-of-some-length-${n}}`)}]`
  const before = performance.now()
  let refused: unknown
  try {
    readKubeconfig(text)
  } catch (error) {
    refused = error
  }
  // It takes a third of a second, most of it the YAML. It took ten.
  expect(performance.now() - before).toBeLessThan(3_000)
  expect(refused).toMatchObject({ code: 'context_required', choices: { length: 100 } })
  expect((refused as KubeconfigError).fix).toMatch(/, context-of-some-length-99 and 4900 more\.$/)
})

test('any text at all is taken or refused, never more than that', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json()), text => {
      try {
        readKubeconfig(text)
      } catch (error) {
        expect(error).toBeInstanceOf(KubeconfigError)
      }
    }),
    { numRuns: 200 },
  )
})
