import { describe, expect, test } from 'vitest'
import { admin, base64, kubeconfig } from '../test/kubeconfig.ts'
import { credentialInfo, expiryNotice } from './credential-info.ts'
import { readKubeconfig } from './kubeconfig.ts'

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
