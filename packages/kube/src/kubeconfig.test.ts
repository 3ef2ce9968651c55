import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { credentialInfo, expiryNotice } from './credential-info.ts'
import { KubeconfigError, readKubeconfig } from './kubeconfig.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

let ca: string
let admin: { cert: string; key: string }
let other: { cert: string; key: string }

beforeAll(async () => {
  const authority = await createCa('kubernetes')
  ca = authority.certPem
  admin = await authority.issue({ commonName: 'admin', notAfter: new Date('2040-01-02T03:04:05Z') })
  other = await authority.issue({ commonName: 'other' })
})

// biome-ignore lint/suspicious/noExplicitAny: a tree that tests change at will
type Loose = any

/** A good kubeconfig, changed by `change`, as text. */
const kubeconfig = (
  change: (file: Loose, parts: { cluster: Loose; user: Loose; context: Loose }) => void = () => {},
) => {
  const file = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'prod', cluster: { server: 'https://api.example.com:6443', 'certificate-authority-data': base64(ca) } },
    ],
    users: [{ name: 'admin', user: { token: 'sesame-open-1234' } }],
    contexts: [{ name: 'admin@prod', context: { cluster: 'prod', user: 'admin' } }],
    'current-context': 'admin@prod',
  }
  change(file, {
    cluster: file.clusters[0]!.cluster,
    user: file.users[0]!.user,
    context: file.contexts[0]!.context,
  })
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false })
}

const refusal = (text: string, options?: Parameters<typeof readKubeconfig>[1]): KubeconfigError => {
  try {
    readKubeconfig(text, options)
  } catch (error) {
    expect(error).toBeInstanceOf(KubeconfigError)
    expect((error as KubeconfigError).message).toMatch(/\.( \(line \d+, column \d+\))?$/)
    expect((error as KubeconfigError).fix).toMatch(/\.$/)
    return error as KubeconfigError
  }
  throw new Error('it was taken')
}

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

describe('values that are refused', () => {
  type Parts = { cluster: Loose; user: Loose }
  const certificate = (user: Loose, cert: string, key: string) => {
    user['client-certificate-data'] = cert
    user['client-key-data'] = key
  }
  const cases: [string, (parts: Parts) => void, string, RegExp][] = [
    ['http', p => (p.cluster.server = 'http://api:6443'), 'clusters[prod].cluster.server', /http/],
    ['no server', p => delete p.cluster.server, 'clusters[prod].cluster.server', /missing/],
    ['no URL', p => (p.cluster.server = 'api:6443'), 'clusters[prod].cluster.server', /https/],
    ['ftp', p => (p.cluster.server = 'ftp://api'), 'clusters[prod].cluster.server', /https/],
    ['user in the URL', p => (p.cluster.server = 'https://me:sesame@api'), 'clusters[prod].cluster.server', /user/],
    ['query in the URL', p => (p.cluster.server = 'https://api/?a=b'), 'clusters[prod].cluster.server', /query/],
    ['port 0', p => (p.cluster.server = 'https://api:0'), 'clusters[prod].cluster.server', /port 0/],
    ['number as token', p => (p.user.token = 1234567), 'users[admin].user.token', /must be text/],
    ['space in token', p => (p.user.token = 'open sesame'), 'users[admin].user.token', /spaces/],
    [
      'CA as file',
      p => (p.cluster['certificate-authority'] = '/ca'),
      'clusters[prod].cluster.certificate-authority',
      /file/,
    ],
    [
      'CA not base64',
      p => (p.cluster['certificate-authority-data'] = '§'),
      'clusters[prod].cluster.certificate-authority-data',
      /not base64/,
    ],
    [
      'CA as PEM',
      p => (p.cluster['certificate-authority-data'] = ca),
      'clusters[prod].cluster.certificate-authority-data',
      /PEM itself/,
    ],
    [
      'CA not a certificate',
      p => (p.cluster['certificate-authority-data'] = base64('hello')),
      'clusters[prod].cluster.certificate-authority-data',
      /not a certificate/,
    ],
    [
      'CA cut',
      p => (p.cluster['certificate-authority-data'] = base64(ca.replace(/\n[^-]{20}/, '\n'))),
      'clusters[prod].cluster.certificate-authority-data',
      /no certificate/,
    ],
    [
      'CA and insecure',
      p => (p.cluster['insecure-skip-tls-verify'] = true),
      'clusters[prod].cluster.insecure-skip-tls-verify',
      /both/,
    ],
    [
      'insecure in quotes',
      p => (p.cluster['insecure-skip-tls-verify'] = 'true'),
      'clusters[prod].cluster.insecure-skip-tls-verify',
      /true or false/,
    ],
    ['server name', p => (p.cluster['tls-server-name'] = 'a b'), 'clusters[prod].cluster.tls-server-name', /host name/],
    ['proxy', p => (p.cluster['proxy-url'] = 'gopher://x'), 'clusters[prod].cluster.proxy-url', /proxy/],
    [
      'certificate without key',
      p => (p.user['client-certificate-data'] = base64(admin.cert)),
      'users[admin].user.client-key-data',
      /needs both/,
    ],
    [
      'key without certificate',
      p => (p.user['client-key-data'] = base64(admin.key)),
      'users[admin].user.client-certificate-data',
      /needs both/,
    ],
    [
      'key of another certificate',
      p => certificate(p.user, base64(admin.cert), base64(other.key)),
      'users[admin].user.client-key-data',
      /does not belong/,
    ],
    [
      'certificate as key',
      p => certificate(p.user, base64(admin.cert), base64(admin.cert)),
      'users[admin].user.client-key-data',
      /no private key/,
    ],
    [
      'key cut',
      p => certificate(p.user, base64(admin.cert), base64(admin.key.replace(/\n[^-]{20}/, '\n'))),
      'users[admin].user.client-key-data',
      /no private key/,
    ],
  ]
  test.each(cases)('%s', (_, change, field, message) => {
    const error = refusal(kubeconfig((_, parts) => void change(parts)))
    expect(error).toMatchObject({ field, code: 'invalid_kubeconfig' })
    expect(error.message).toMatch(message)
    expect(error.line).toBeGreaterThan(0)
    expect(`${error.message} ${error.fix}`).not.toMatch(/sesame/)
  })
})

describe('files that can not be read', () => {
  const cases: [string, string, number | undefined, RegExp][] = [
    ['nothing', '', undefined, /empty/],
    ['a list', '- a', 1, /not a mapping/],
    ['tabs', 'a: 1\n\tb: 2', 2, /tab/],
    ['a bracket that does not close', 'a: 1\nb: [1, 2', 2, /can not be read/],
    ['a key twice', 'a: 1\nb: 2\na: 3', 3, /twice/],
    ['a key that objects reserve', 'a: 1\n__proto__: {b: 1}', 2, /reserved/],
    ['the same further in', 'a:\n  constructor: 1', 2, /reserved/],
    ['anchors', 'a: &x [1]\nb: *x', 1, /anchors/],
    [
      'an alias bomb',
      `a: &a [x,x]\n${'bcdefgh'
        .split('')
        .map((l, i) => `${l}: &${l} [*${'abcdefg'[i]},*${'abcdefg'[i]}]`)
        .join('\n')}`,
      1,
      /anchors/,
    ],
    ['merge keys', 'a: &x {b: 1}\nc:\n  <<: *x', 1, /anchors/],
    ['two documents', 'a: 1\n---\nb: 2', 2, /several YAML documents/],
    ['a tag', 'a: !!binary aGVsbG8=', 1, /tag/],
    ['a list as key', '? [a]\n: b', 1, /not text/],
    ['another kind', 'kind: Secret', 1, /not Config/],
    ['contexts that are no list', 'contexts: {a: b}', 1, /must be a list/],
    ['an entry without a name', 'contexts:\n- context: {}', 2, /no name/],
    ['two entries of one name', 'contexts:\n- name: a\n- name: a', 3, /two entries/],
    ['depth', '['.repeat(60) + ']'.repeat(60), 1, /levels deep|can not be read/],
    ['great depth', '{a: '.repeat(20_000), undefined, /can not be read|more entries/],
  ]
  test.each(cases)('%s', (_, text, line, message) => {
    const error = refusal(text)
    expect(error.message).toMatch(message)
    if (line !== undefined) expect(error.line).toBe(line)
  })

  test('more than a mebibyte', () => {
    expect(refusal(`a: ${'x'.repeat(1024 * 1024)}`).code).toBe('too_large')
  })

  test('a mebibyte of brackets is refused within a second', () => {
    const before = performance.now()
    expect(refusal(']'.repeat(1024 * 1024)).code).toBe('too_large')
    expect(performance.now() - before).toBeLessThan(1_000)
  })

  test('a syntax error next to a token is told without the line it is on', () => {
    const error = refusal('users:\n- name: a\n  user:\n    token: "sesame-open-1234" sesame-again-5678: [')
    expect(error.line).toBe(4)
    expect(JSON.stringify(error) + error.stack).not.toMatch(/sesame/)
  })

  test('a name that holds the token is not shown', () => {
    const text = kubeconfig(file => {
      file.contexts.push({ name: 'sesame-open-1234', context: { cluster: 'prod', user: 'admin' } })
    })
    const error = refusal(text)
    expect(error.choices).toEqual(['admin@prod', '(not shown)'])
    expect(JSON.stringify(error) + error.stack).not.toMatch(/sesame/)
  })
})

describe('what is said of a credential', () => {
  const token = (claims: object) => `${base64('{}')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
  const infoOf = (text: string) => credentialInfo(readKubeconfig(kubeconfig((_, { user }) => (user.token = text))))

  test('subject and expiry of a token', () => {
    const info = infoOf(token({ sub: 'system:serviceaccount:a:b', exp: 1_900_000_000 }))
    expect(info).toMatchObject({
      kind: 'token',
      user: 'system:serviceaccount:a:b',
      expiresAt: '2030-03-17T17:46:40.000Z',
      context: 'admin@prod',
    })
  })

  test('nothing of a token that says nothing', () => {
    for (const text of ['abcdef', token({}), token({ exp: 1e300, sub: 7 }), 'a.bm90IGpzb24.c', 'a..b', token([])]) {
      expect(infoOf(text)).toMatchObject({ kind: 'token', user: null, expiresAt: null })
    }
  })

  test('common name and expiry of a certificate', () => {
    const text = kubeconfig((_, { user }) => {
      delete user.token
      user['client-certificate-data'] = base64(admin.cert)
      user['client-key-data'] = base64(admin.key)
    })
    expect(credentialInfo(readKubeconfig(text))).toMatchObject({
      kind: 'client-certificate',
      user: 'admin',
      expiresAt: '2040-01-02T03:04:05.000Z',
    })
  })

  test('expiry is announced from 30 days before, and when it has passed', () => {
    const info = { kind: 'token', expiresAt: '2030-03-31T00:00:00.000Z' } as const
    const notice = (now: string) => expiryNotice(info, new Date(now))
    expect(notice('2030-02-28T00:00:00Z')).toBeNull()
    expect(notice('2030-03-02T00:00:00Z')).toContain('in 29 days')
    expect(notice('2030-03-30T00:00:00Z')).toContain('in one day')
    expect(notice('2030-03-30T12:00:00Z')).toContain('less than a day')
    expect(notice('2030-03-31T00:00:00Z')).toContain('expired on 2030-03-31')
    expect(expiryNotice({ kind: 'token', expiresAt: null }, new Date())).toBeNull()
  })
})
