import { describe, expect, test } from 'vitest'
import { admin, base64, ca, kubeconfig, type Loose, other, refusal } from '../test/kubeconfig.ts'

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
