import { describe, expect, test } from 'vitest'
import { memberUser } from '../access/member-rbac.ts'
import { impersonationHeaders } from './impersonation.ts'
import { requestHeaders } from './request-headers.ts'
import { responseHeaders, upgradeHead } from './response-headers.ts'

const NO_BODY = { body: { kind: 'none' as const }, upgrade: null }

describe('the request to a member', () => {
  test('has what clients say to Kubernetes, and nothing else of theirs', () => {
    const given = [
      ...['Host', 'hub', 'Authorization', 'Bearer moorage_secret', 'Cookie', 'moorage=secret', 'Accept', 'a/b'],
      ...['Accept', 'c/d', 'User-Agent', 'kubectl', 'If-None-Match', '"x"', 'X-Forwarded-For', '10.0.0.1'],
      ...['Proxy-Authorization', 'Basic x', 'Connection', 'keep-alive', 'Forwarded', 'for=x', 'X-Anything', 'y'],
      ...['TE', 'trailers', 'Expect', '100-continue', 'Audit-Id', 'chosen', 'X-Moorage', 'z'],
    ]
    expect(requestHeaders(given, NO_BODY, 'full', { 'audit-id': 'id' })).toEqual({
      accept: ['a/b', 'c/d'],
      'user-agent': 'kubectl',
      'if-none-match': '"x"',
      'audit-id': 'id',
    })
    expect(requestHeaders(given, NO_BODY, 'read-only', {})).toEqual({ accept: ['a/b', 'c/d'], 'user-agent': 'kubectl' })
  })

  test('has the length of its body where that is known', () => {
    const length = { kind: 'length' as const, bytes: 7 }
    expect(requestHeaders(['Content-Length', '7'], { body: length, upgrade: null }, 'full', {})).toEqual({
      'content-length': '7',
    })
    const chunked = { body: { kind: 'chunked' as const }, upgrade: null }
    expect(requestHeaders(['Transfer-Encoding', 'chunked'], chunked, 'full', {})).toEqual({})
  })

  test('of an upgrade has what that takes, without the token that a browser puts there', () => {
    const given = [
      ...['Upgrade', 'websocket', 'Sec-WebSocket-Key', 'k', 'Sec-WebSocket-Version', '13'],
      ...[
        'Sec-WebSocket-Protocol',
        'v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.c2VjcmV0, v4.channel.k8s.io',
      ],
      ...['X-Stream-Protocol-Version', 'v4.channel.k8s.io', 'X-Stream-Protocol-Version', 'v3.channel.k8s.io'],
    ]
    expect(requestHeaders(given, { body: { kind: 'none' }, upgrade: 'websocket' }, 'full', {})).toEqual({
      upgrade: 'websocket',
      'sec-websocket-key': 'k',
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'v5.channel.k8s.io, v4.channel.k8s.io',
      'x-stream-protocol-version': ['v4.channel.k8s.io', 'v3.channel.k8s.io'],
    })
    expect(requestHeaders(given, NO_BODY, 'full', {})).toEqual({})
  })
})

describe('in whose name', () => {
  const person = { as: 'person', extra: true } as const
  const user = { kind: 'user' as const, id: '1', name: 'ada', groups: ['payments', 'on-call'] }

  test('a person acts under names that are the hub’s alone', () => {
    expect(impersonationHeaders(user, person, 'id')).toEqual({
      'impersonate-user': 'moorage:ada',
      'impersonate-group': ['moorage:payments', 'moorage:on-call'],
      'impersonate-extra-moorage.dev%2Frequest': 'id',
    })
    expect(impersonationHeaders({ ...user, groups: [] }, { as: 'person', extra: false }, 'id')).toEqual({
      'impersonate-user': 'moorage:ada',
    })
  })

  test('kinds can not be taken for each other, whatever their names', () => {
    const name = 'service-account:x'
    const names = (['user', 'service-account', 'token'] as const).map(kind => memberUser({ kind, name }))
    expect(new Set(names).size).toBe(3)
    expect(memberUser({ kind: 'token', name: 'ünlü token\r\nX: y' })).toMatch(/^moorage:token\/[\x21-\x7e]+$/)
    expect(memberUser({ kind: 'user', name: 'system:masters' })).toBe('moorage:system:masters')
  })

  test('nobody’s, where the connection may not act as others', () => {
    expect(impersonationHeaders(user, { as: 'connection', extra: true }, 'id')).toEqual({})
  })
})

describe('the answer to a client', () => {
  test('has what Kubernetes says, and nothing that is about the hub’s site or the hop', () => {
    expect(
      responseHeaders(
        {
          'content-type': 'application/json',
          etag: '"x"',
          warning: ['299 - "a"', '299 - "b"'],
          'x-kubernetes-pf-flowschema-uid': 'u',
          'set-cookie': 'moorage=mine',
          'access-control-allow-origin': '*',
          'strict-transport-security': 'max-age=1',
          'content-security-policy': 'default-src *',
          'transfer-encoding': 'chunked',
          connection: 'close',
          'clear-site-data': '"*"',
        },
        '/k8s/alpha',
      ),
    ).toEqual({
      'content-type': 'application/json',
      etag: '"x"',
      warning: ['299 - "a"', '299 - "b"'],
      'x-kubernetes-pf-flowschema-uid': 'u',
    })
  })

  test.each([
    ['/api/v1/namespaces/s/services/web/proxy/login', '/k8s/alpha/api/v1/namespaces/s/services/web/proxy/login'],
    ['//evil.example.org/', undefined],
    ['/\\evil.example.org/', undefined],
    ['https://evil.example.org/', undefined],
    ['javascript:alert(1)', undefined],
  ])('leads to %s only below the cluster’s own address', (location, expected) => {
    expect(responseHeaders({ location }, '/k8s/alpha').location).toBe(expected)
  })

  test('to an upgrade says what the member agreed to', () => {
    const agreed = {
      upgrade: 'SPDY/3.1',
      connection: 'Upgrade',
      'x-stream-protocol-version': 'v4',
      'set-cookie': 'a=b',
    }
    expect(upgradeHead(agreed, { 'x-request-id': 'id' })).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: SPDY/3.1\r\nconnection: Upgrade\r\nx-stream-protocol-version: v4\r\nx-request-id: id\r\n\r\n',
    )
  })
})
