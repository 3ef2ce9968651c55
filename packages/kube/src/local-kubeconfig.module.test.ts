import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCa, type KeyPairPem } from '@moorage/testkit/tiny-ca.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { KubeconfigError } from './kubeconfig.ts'
import { describeExec, type ExecPlan, readLocalKubeconfig, runExecPlugin } from './local-kubeconfig.ts'

const directory = mkdtempSync(join(tmpdir(), 'moorage-kubeconfig-'))
let ca: string
let admin: KeyPairPem

beforeAll(async () => {
  const authority = await createCa('kubernetes')
  ca = authority.certPem
  admin = await authority.issue({ commonName: 'admin' })
  for (const [name, text] of Object.entries({
    'ca.crt': ca,
    'admin.crt': admin.cert,
    'admin.key': admin.key,
    token: 'sesame-from-file\n',
  })) {
    writeFileSync(join(directory, name), text)
  }
})

afterAll(() => rmSync(directory, { recursive: true }))

const kubeconfig = (user: object, cluster: object = {}, more: object = {}) =>
  stringify({
    clusters: [{ name: 'prod', cluster: { server: 'https://api.example.com', ...cluster } }],
    users: [{ name: 'me', user }],
    contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'me' } }],
    ...more,
  })

const neverRun = () => Promise.reject(new Error('nothing should run'))

const read = (text: string, options: Partial<Parameters<typeof readLocalKubeconfig>[1]> = {}) =>
  readLocalKubeconfig(text, { directory, interactive: false, run: neverRun, ...options })

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    error => error,
  )
  expect(error).toBeInstanceOf(KubeconfigError)
  expect(`${error.message} ${error.fix} ${JSON.stringify(error)}`).not.toContain('sesame')
  return error as KubeconfigError
}

describe('files beside the kubeconfig', () => {
  test('are read relative to it', async () => {
    const user = { 'client-certificate': 'admin.crt', 'client-key': join(directory, 'admin.key') }
    const target = await read(kubeconfig(user, { 'certificate-authority': './ca.crt' }))
    expect(target).toMatchObject({ tls: { ca, ...admin }, auth: { kind: 'client-certificate' } })
  })

  test('a token in a file counts before one in the kubeconfig', async () => {
    const target = await read(kubeconfig({ token: 'sesame-inline', tokenFile: 'token' }))
    expect(target.auth).toEqual({ kind: 'token', token: 'sesame-from-file' })
  })

  test('data counts before files', async () => {
    const data = { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
    const target = await read(kubeconfig({ token: 'sesame' }, { 'certificate-authority': 'gone', ...data }))
    expect(target.tls.ca).toBe(ca)
  })

  test('that are not there or hold something else are named', async () => {
    const missing = await refusal(read(kubeconfig({ token: 'sesame' }, { 'certificate-authority': 'gone.crt' })))
    expect(missing.message).toContain(join(directory, 'gone.crt'))
    const swapped = { 'client-certificate': 'admin.key', 'client-key': 'admin.crt' }
    expect((await refusal(read(kubeconfig(swapped)))).field).toBe('users[me].user.client-certificate')
    const other = { 'client-certificate': 'ca.crt', 'client-key': 'admin.key' }
    expect((await refusal(read(kubeconfig(other)))).message).toContain('does not belong')
  })
})

test('the current context counts, and a chosen one before it', async () => {
  const contexts = ['one', 'two'].map(name => ({ name, context: { cluster: 'prod', user: 'me', namespace: name } }))
  const text = kubeconfig({ token: 'sesame' }, {}, { contexts, 'current-context': 'two' })
  expect((await read(text)).namespace).toBe('two')
  expect((await read(text, { context: 'one' })).namespace).toBe('one')
})

test('kubectl’s own OIDC plug-in has its token in the file', async () => {
  const user = { 'auth-provider': { name: 'oidc', config: { 'id-token': 'sesame.id.token' } } }
  expect((await read(kubeconfig(user))).auth).toEqual({ kind: 'token', token: 'sesame.id.token' })
})

test('what can not be done is refused', async () => {
  const users = [
    { username: 'me', password: 'sesame-open' },
    { as: 'root', token: 'sesame-open' },
    { 'auth-provider': { name: 'gcp' } },
    {},
    { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'x' } },
    { exec: { apiVersion: 'client.authentication.k8s.io/v1' } },
    { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Always' } },
    { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', args: 'no list' } },
    { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', env: [{ value: 'sesame-open' }] } },
  ]
  for (const user of users) await refusal(read(kubeconfig(user)))
})

describe('a program', () => {
  const exec = (more: object = {}) => ({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './get-token',
      args: ['--cluster', 'prod'],
      env: [{ name: 'PROFILE', value: 'staging' }],
      interactiveMode: 'IfAvailable',
      installHint: 'Install get-token.',
      ...more,
    },
  })

  /** Writes the program; it is a shell script. */
  const program = (script: string) => {
    writeFileSync(join(directory, 'get-token'), `#!/bin/sh\n${script}\n`)
    chmodSync(join(directory, 'get-token'), 0o755)
  }
  const run = (plan: ExecPlan, info: string) => {
    const environment = { PATH: process.env.PATH }
    return runExecPlugin(plan, { info, environment, interactive: false }, AbortSignal.timeout(10_000))
  }
  const credential = (status: object, apiVersion = 'client.authentication.k8s.io/v1') =>
    JSON.stringify({ apiVersion, kind: 'ExecCredential', status })

  test('is described before it is run', () => {
    expect(describeExec(kubeconfig(exec()), { directory })).toMatchObject({
      command: join(directory, 'get-token'),
      args: ['--cluster', 'prod'],
      env: { PROFILE: 'staging' },
      installHint: 'Install get-token.',
      interactiveMode: 'IfAvailable',
      provideClusterInfo: false,
    })
    expect(describeExec(kubeconfig(exec({ command: 'aws' })), { directory })?.command).toBe('aws')
    expect(describeExec(kubeconfig({ token: 'sesame', ...exec() }), { directory })).toBeNull()
    expect(describeExec(kubeconfig({ token: 'sesame' }), { directory })).toBeNull()
  })

  test('gets its arguments, environment and what it is told of the cluster', async () => {
    program(
      `printf '%s' "$*|$PROFILE|$KUBERNETES_EXEC_INFO" > ${directory}/seen; printf '%s' '${credential({ token: 'sesame-printed' })}'`,
    )
    const config = { audience: ['a'] }
    const text = kubeconfig(exec({ provideClusterInfo: true }), {
      'certificate-authority': 'ca.crt',
      'tls-server-name': 'api',
      extensions: [{ name: 'client.authentication.k8s.io/exec', extension: config }],
    })
    const target = await read(text, { run })
    expect(target).toMatchObject({ auth: { kind: 'token', token: 'sesame-printed' }, tls: { ca, serverName: 'api' } })
    const { readFileSync } = await import('node:fs')
    const [args, profile, info] = readFileSync(join(directory, 'seen'), 'utf8').split('|')
    expect([args, profile]).toEqual(['--cluster prod', 'staging'])
    expect(JSON.parse(info ?? '')).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://api.example.com',
          'tls-server-name': 'api',
          'certificate-authority-data': Buffer.from(ca).toString('base64'),
          config,
        },
      },
    })
  })

  test('may print a certificate', async () => {
    const status = { clientCertificateData: admin.cert, clientKeyData: admin.key }
    const target = await read(kubeconfig(exec()), { run: async () => credential(status) })
    expect(target.auth.kind).toBe('client-certificate')
    expect(target.tls.cert?.trim()).toBe(admin.cert.trim())
  })

  test('that fails is told with what would be right, and never with what it printed', async () => {
    const scripts: [string, RegExp][] = [
      ['echo sesame; exit 3', /ended with code 3/],
      ['echo sesame', /JSON/],
      [`echo '{"token":"sesame"}'`, /ExecCredential/],
      [`echo '${credential({})}'`, /no credential/],
      [
        `echo '${credential({ token: 'sesame' }, 'client.authentication.k8s.io/v1beta1')}'`,
        /client.authentication.k8s.io\/v1/,
      ],
      [`echo '${credential({ clientKeyData: 'sesame' })}'`, /without its/],
      ['kill -9 $$', /signal/],
      ['while :; do echo sesamesesamesesamesesamesesamesesamesesamesesamesesame; done', /more than a credential/],
    ]
    for (const [script, message] of scripts) {
      program(script)
      const error = await refusal(read(kubeconfig(exec()), { run }))
      expect(error.message).toMatch(message)
      expect(error.fix).toBe('Install get-token.')
    }
    const missing = kubeconfig(exec({ command: 'moorage-no-such-program', installHint: undefined }))
    expect((await refusal(read(missing, { run }))).message).toContain('is not installed')
  })
})
