import { afterAll, beforeAll, expect, test } from 'vitest'
import { peopleAt } from './fixtures/people.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())
const { send, by, person, bind } = peopleAt(() => api)

test('nobody becomes somebody who may more, by a password, a token or an issuer', async () => {
  const ada = await person('ada')
  await bind('ada', 'organisation-admin')
  await bind('root', 'super-admin')
  const robot = { subjects: [{ kind: 'service-account', name: 'robot' }], scope: { kind: 'organisation' } }
  await send('PUT', '/bindings/r', { role: 'super-admin', ...robot })
  const code = async (method: string, path: string, json?: unknown) => (await by(ada, method, path, json)).body.code
  expect(await code('POST', '/users', { name: 'root' })).toBe('too_much_power')
  expect(await code('PUT', '/users/root', {})).toBe('too_much_power')
  expect((await send('POST', '/users', { name: 'root' })).status).toBe(201)
  expect(await code('POST', '/users/root/password', {})).toBe('too_much_power')
  expect(await code('POST', '/users/root/enable', {})).toBe('too_much_power')
  expect(await code('PUT', '/service-accounts/robot', {})).toBeUndefined()
  expect(await code('POST', '/tokens', { name: 'x', serviceAccount: 'robot' })).toBe('too_much_power')
  await send('PUT', '/bindings/r', { role: 'organisation-read-only', ...robot })
  expect(await code('POST', '/tokens', { name: 'x', serviceAccount: 'robot' })).toBeUndefined()
  expect(await code('POST', '/users', { name: 'carol' })).toBeUndefined()
  expect(await code('DELETE', `/tokens/${api.tokenId}`)).toBe('forbidden')
  expect(await code('PUT', '/issuers/mine', { url: 'http://127.0.0.1:1', clientId: 'x' })).toBe('forbidden')
  expect(await code('DELETE', '/issuers/corp')).toBe('forbidden')
})
