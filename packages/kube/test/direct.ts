import { text } from 'node:stream/consumers'
import type { TinyCa } from '@moorage/testkit/tiny-ca.ts'
import { expect } from 'vitest'
import { type DirectOptions, type DirectTarget, directTransport } from '../src/direct.ts'
import { TransportError } from '../src/errors.ts'
import type { KubeRequest } from '../src/transport.ts'

export interface Change {
  host?: string
  path?: string
  tls?: Partial<DirectTarget['tls']>
  auth?: DirectTarget['auth']
  proxyUrl?: string
}

/** Makes targets on loopback whose CA is that one. */
export const targetsOf =
  (ca: TinyCa) =>
  (port: number, change: Change = {}): DirectTarget => ({
    server: new URL(`https://${change.host ?? '127.0.0.1'}:${port}${change.path ?? ''}`),
    tls: { ca: ca.certPem, insecureSkipVerify: false, ...change.tls },
    auth: change.auth ?? { kind: 'token', token: 'sesame' },
    ...(change.proxyUrl ? { proxyUrl: new URL(change.proxyUrl) } : {}),
    context: 'test',
  })

export const never = () => new AbortController().signal
export const get = (path = '/version'): KubeRequest => ({ method: 'GET', path })

/** Sends one request and returns the text of its answer. */
export const ask = async (target: DirectTarget, options: DirectOptions = {}, request = get(), signal = never()) => {
  await using transport = directTransport(target, options)
  const answer = await transport.request(request, signal)
  return { status: answer.status, headers: answer.headers, text: await text(answer.body), trailers: answer.trailers() }
}

/** The TransportError that it rejects with: a sentence without a credential. */
export const failureOf = async (promise: Promise<unknown>): Promise<TransportError> => {
  const error = await promise.then(
    () => null,
    error => error,
  )
  expect(error).toBeInstanceOf(TransportError)
  expect(error.message).toMatch(/\.$/)
  expect(error.message).not.toContain('sesame')
  return error
}
