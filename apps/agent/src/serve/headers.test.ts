import { expect, test } from 'vitest'
import { headersOfAny } from './headers.ts'

test('nothing that the API server would believe is taken from the hub, impersonation aside', () => {
  const given: [string, string][] = [
    ['host', 'other'],
    ['authorization', 'Bearer stolen'],
    ['Authorization', 'Bearer stolen'],
    ['cookie', 'a=b'],
    ['x-remote-user', 'admin'],
    ['X-Remote-Group', 'system:masters'],
    ['x-forwarded-for', '1.2.3.4'],
    ['forwarded', 'for=1.2.3.4'],
    ['via', '1.1 hub'],
    ['moorage-anything', '1'],
    ['accept', 'application/json'],
    ['impersonate-user', 'ada'],
    ['sec-websocket-protocol', 'v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.c2VjcmV0'],
  ]
  expect(headersOfAny(given)).toEqual([
    ['accept', 'application/json'],
    ['impersonate-user', 'ada'],
    ['sec-websocket-protocol', 'v5.channel.k8s.io'],
  ])
})
