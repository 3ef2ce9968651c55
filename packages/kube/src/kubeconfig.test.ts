import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { admin, base64, ca, kubeconfig, refusal } from '../test/kubeconfig.ts'
import { credentialInfo } from './credential-info.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

describe('a kubeconfig that is taken', () => {
  test('with a token', () => {
    const target = readKubeconfig(kubeconfig())
    expect(target).toMatchObject({
      tls: { ca, insecureSkipVerify: false },
      auth: { kind: 'token', token: 'sesame-open-1234' },
      context: 'admin@prod',
    })
    expect(target.server.href).toBe('https://api.example.com:6443/')
  })

  test('with a client certificate', () => {
    const text = kubeconfig((_, { user }) => {
      delete user.token
      user['client-certificate-data'] = base64(admin.cert)
      user['client-key-data'] = base64(admin.key)
    })
    expect(readKubeconfig(text)).toMatchObject({ auth: { kind: 'client-certificate' }, tls: admin })
  })

  test('with a namespace, a server name, a proxy and a path behind a gateway', () => {
    const text = kubeconfig((_, { cluster, context }) => {
      cluster.server = 'https://gateway.example.com/k8s/clusters/c-1'
      cluster['tls-server-name'] = 'api.internal'
      cluster['proxy-url'] = 'http://user:pass@proxy.example.com:3128'
      context.namespace = 'shop'
    })
    const target = readKubeconfig(text)
    expect(target).toMatchObject({ namespace: 'shop', tls: { serverName: 'api.internal' } })
    expect(target.server.pathname).toBe('/k8s/clusters/c-1')
    expect(target.proxyUrl?.host).toBe('proxy.example.com:3128')
    expect(credentialInfo(target).proxyUrl).toBe('http://proxy.example.com:3128/')
  })

  test('with a token in a block of text', () => {
    const text = kubeconfig((_, { user }) => {
      user.token = 'sesame-open-1234\n'
    })
    expect(readKubeconfig(text).auth).toEqual({ kind: 'token', token: 'sesame-open-1234' })
  })

  test('with base64 broken into lines', () => {
    const text = kubeconfig((_, { cluster }) => {
      cluster['certificate-authority-data'] = base64(ca).replace(/(.{64})/g, '$1\n')
    })
    expect(readKubeconfig(text).tls.ca).toBe(ca)
  })

  test('as JSON', () => {
    expect(readKubeconfig(JSON.stringify(parse(kubeconfig()))).context).toBe('admin@prod')
  })

  test('as it was written by writeKubeconfig', () => {
    const written = {
      server: new URL('https://api.example.com:6443'),
      ca,
      token: 'sesame-open-1234',
      namespace: 'shop',
      tlsServerName: 'api.internal',
      proxyUrl: new URL('socks5://proxy.example.com:1080'),
    }
    expect(readKubeconfig(writeKubeconfig({ name: 'prod', ...written }))).toEqual({
      server: written.server,
      proxyUrl: written.proxyUrl,
      namespace: 'shop',
      context: 'prod',
      tls: { ca, serverName: 'api.internal', insecureSkipVerify: false },
      auth: { kind: 'token', token: written.token },
    })
  })

  test('without TLS verification, where that is allowed', () => {
    const text = kubeconfig((_, { cluster }) => {
      delete cluster['certificate-authority-data']
      cluster['insecure-skip-tls-verify'] = true
    })
    expect(refusal(text).code).toBe('insecure_tls_refused')
    expect(readKubeconfig(text, { allowInsecureTls: true }).tls.insecureSkipVerify).toBe(true)
  })
})

describe('the context', () => {
  const two = () =>
    kubeconfig(file => {
      file.contexts.push({ name: 'second', context: { cluster: 'prod', user: 'admin' } })
    })

  test('must be chosen where there are several, whatever the current one is', () => {
    const error = refusal(two())
    expect(error).toMatchObject({ code: 'context_required', choices: ['admin@prod', 'second'], field: 'contexts' })
    expect(error.fix).toContain('admin@prod, second')
  })

  test('is the chosen one', () => {
    expect(readKubeconfig(two(), { context: 'second' }).context).toBe('second')
  })

  test('must exist', () => {
    const error = refusal(two(), { context: 'third' })
    expect(error.message).toContain('“third”')
    expect(error.choices).toEqual(['admin@prod', 'second'])
  })

  test('needs no choice where there is one, even if current-context names another', () => {
    const text = kubeconfig(file => {
      file['current-context'] = 'gone'
    })
    expect(readKubeconfig(text).context).toBe('admin@prod')
  })

  test('must point to a cluster and a user that are there', () => {
    const lost = refusal(
      kubeconfig((_, { context }) => {
        context.user = 'nobody'
      }),
    )
    expect(lost).toMatchObject({ code: 'invalid_kubeconfig', field: 'contexts[admin@prod].context.user' })
    const empty = refusal(
      kubeconfig(file => {
        file.contexts = []
      }),
    )
    expect(empty.message).toContain('no context')
  })
})

describe('ways to sign in that are refused', () => {
  const ways: [string, unknown][] = [
    ['exec', { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' }],
    ['auth-provider', { name: 'oidc', config: { 'id-token': 'sesame-open-1234' } }],
    ['username', 'admin'],
    ['password', 'sesame-open-1234'],
    ['client-certificate', '/etc/kubernetes/admin.crt'],
    ['client-key', '/etc/kubernetes/admin.key'],
    ['tokenFile', '/var/run/token'],
    ['as', 'root'],
    ['as-groups', ['system:masters']],
    ['as-uid', '42'],
    ['as-user-extra', { scope: ['all'] }],
  ]
  test.each(ways)('%s', (field, value) => {
    const error = refusal(
      kubeconfig((_, { user }) => {
        user[field] = value
      }),
    )
    expect(error).toMatchObject({ code: 'unsupported_auth', field: `users[admin].user.${field}` })
    expect(error.message).toContain(`user.${field}`)
    expect(error.fix).toContain('moorage convert-kubeconfig')
    expect(error.line).toBeGreaterThan(1)
  })

  test('none at all', () => {
    const error = refusal(
      kubeconfig((_, { user }) => {
        delete user.token
      }),
    )
    expect(error).toMatchObject({ code: 'unsupported_auth' })
    expect(error.message).toContain('no credential')
  })
})
