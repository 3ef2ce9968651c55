import { Problem } from '@moorage/contract/problem.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'
import { MAX_BODY_BYTES } from './limits.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
  await insertTestCluster(api.store, 'alpha')
})
afterAll(() => api[Symbol.asyncDispose]())

async function problem(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const body = Problem.parse(await response.json())
  expect(body.status).toBe(response.status)
  expect(body.detail).toMatch(/^\S.*\.$/s)
  expect(body.instance).toBe(response.headers.get('x-request-id'))
  return body
}
const json = { 'content-type': 'application/json' }

describe('a failure is a problem document', () => {
  test('for an address that leads nowhere', async () => {
    for (const path of [
      '/api/v1/nothing',
      '/api/v2/clusters',
      '/api',
      '/api/v1',
      '/api/v1/clusters/',
      '/api/v1//clusters',
    ]) {
      expect(await problem(await api.send(path)), path).toMatchObject({ code: 'not_found', status: 404 })
    }
  })

  test('for a method that the address does not take', async () => {
    const response = await api.send('/api/v1/clusters', { method: 'PUT', json: {} })
    expect(response.headers.get('allow')).toBe('GET, POST')
    expect(await problem(response)).toMatchObject({ code: 'method_not_allowed', choices: ['GET', 'POST'] })
    for (const path of ['/livez', '/metrics', '/', '/api/docs']) {
      expect(await problem(await api.send(path, { method: 'POST' }))).toMatchObject({ code: 'method_not_allowed' })
    }
  })

  test('for a body that is not JSON, without a word of it', async () => {
    const response = await api.send('/api/v1/clusters', {
      method: 'POST',
      headers: json,
      body: '{"kubeconfig": hunter2',
    })
    const found = await problem(response)
    expect(found).toMatchObject({ code: 'bad_request' })
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })

  test.each(['[]', '"text"', 'null', '7', '\ufeff{}'])('for a body that is %s', async body => {
    const response = await api.send('/api/v1/tokens', { method: 'POST', headers: json, body })
    expect(await problem(response)).toMatchObject({ code: 'bad_request' })
  })

  test('for another content type, and for a compressed body', async () => {
    const text = await api.send('/api/v1/tokens', { method: 'POST', body: '{"name":"a"}' })
    expect(await problem(text)).toMatchObject({ code: 'unsupported_media_type', status: 415 })
    const headers = { ...json, 'content-encoding': 'gzip' }
    const packed = await api.send('/api/v1/tokens', { method: 'POST', headers, body: 'x' })
    expect(await problem(packed)).toMatchObject({ code: 'unsupported_media_type' })
  })

  test('for a body that is too large', async () => {
    const body = JSON.stringify({ name: 'a'.repeat(MAX_BODY_BYTES) })
    const response = await api.send('/api/v1/tokens', { method: 'POST', headers: json, body })
    expect(await problem(response)).toMatchObject({ code: 'too_large', status: 413 })
  })

  test('for fields that are wrong, with their paths and without their values', async () => {
    const response = await api.send('/api/v1/clusters', {
      method: 'POST',
      json: { name: 'Not A Name', kubeconfig: 7, labels: { 'bad key!': 'x', ok: 'no good' }, mode: 'hunter2' },
    })
    const found = await problem(response)
    expect(found.fields).toEqual(
      expect.arrayContaining([
        { path: 'name', message: expect.stringContaining('1 to 63') },
        { path: 'kubeconfig', message: 'must be a string' },
        { path: 'labels.ok', message: 'is not a Kubernetes label value' },
        { path: 'mode', message: 'must be one of read-only, full' },
      ]),
    )
    expect(JSON.stringify(found)).not.toMatch(/hunter2|no good|Not A Name/)
  })

  test('for what is missing, and for what is unknown, with what would be right', async () => {
    const missing = await problem(await api.send('/api/v1/tokens', { method: 'POST', json: {} }))
    expect(missing.fields).toEqual([{ path: 'name', message: 'is missing' }])
    const unknown = await problem(await api.send('/api/v1/tokens', { method: 'POST', json: { name: 'a', hunter2: 1 } }))
    expect(unknown).toMatchObject({ choices: ['name', 'expiresInSeconds', 'scope', 'serviceAccount'] })
    expect(JSON.stringify(unknown)).not.toContain('hunter2')
    const query = await problem(await api.send('/api/v1/clusters?phse=Running'))
    expect(query.choices).toContain('phase')
    expect(await problem(await api.send('/api/v1/whoami?as=root'))).toMatchObject({ code: 'bad_request' })
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=ten', 'limit'],
    ['phase=Sleeping', 'phase'],
    ['selector=a%3D%3D%3Db', 'selector'],
    ['continue=x', 'continue'],
  ])('for the query %s', async (query, path) => {
    const found = await problem(await api.send(`/api/v1/clusters?${query}`))
    expect(found).toMatchObject({ code: 'bad_request', fields: [{ path }] })
  })

  test('for a parameter that stands there twice, and one that stands in the address already', async () => {
    expect(await problem(await api.send('/api/v1/clusters?limit=1&limit=2'))).toMatchObject({ code: 'bad_request' })
    const both = await api.send('/api/v1/clusters/alpha', { method: 'PATCH', json: { cluster: 'beta' } })
    expect(await problem(both)).toMatchObject({ code: 'bad_request', fields: [{ path: 'cluster' }] })
  })

  test('for a NUL, wherever it stands', async () => {
    const query = await problem(await api.send('/api/v1/clusters/alpha/workloads?namespace=%00'))
    expect(query).toMatchObject({ code: 'bad_request', detail: 'A text in the query holds a NUL character.' })
    const bodies = [{ name: 'a\0' }, { name: 'a', 'b\0': 1 }, { name: { deep: ['\0'] } }]
    for (const json of bodies) {
      const found = await problem(await api.send('/api/v1/tokens', { method: 'POST', json }))
      expect(found).toMatchObject({ code: 'bad_request', detail: 'A text in the body holds a NUL character.' })
    }
  })

  test('for a body that is nested without end', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const body = `{"name":${open.repeat(200_000)}1${close.repeat(200_000)}}`
      const headers = { 'content-type': 'application/json' }
      const found = await problem(await api.send('/api/v1/tokens', { method: 'POST', headers, body }))
      expect(found).toMatchObject({ code: 'bad_request', detail: 'The body is nested more than 16 levels deep.' })
    }
  })

  test('for a search that can not be read', async () => {
    const found = await problem(await api.send('/api/v1/search?q=kind:Secret'))
    expect(found).toMatchObject({ code: 'invalid_search', choices: expect.arrayContaining(['Pod']) })
  })

  test('for a cluster that is not known, and for a delete that is never allowed', async () => {
    expect(await problem(await api.send('/api/v1/clusters/nope'))).toMatchObject({ code: 'cluster_not_found' })
    expect(await problem(await api.send('/api/v1/clusters/nope/nodes'))).toMatchObject({ code: 'cluster_not_found' })
    const refused = await api.send('/api/v1/clusters/alpha', { method: 'DELETE' })
    expect(await problem(refused)).toMatchObject({ code: 'delete_not_allowed', status: 403 })
  })

  test('for a cursor that no list gave out', async () => {
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const cursors = [
      'x',
      made(null),
      made(['a']),
      made(['a', 'b']),
      made(['+275760-09-13T00:00:00.000Z', 'b']),
      made([{}, 1]),
    ]
    const lists = [
      '/audit',
      '/tokens',
      '/receipts',
      '/clusters',
      '/search',
      '/clusters/alpha/nodes',
      '/clusters/alpha/events',
    ]
    for (const list of lists) {
      for (const cursor of [...cursors, made(['a', 'b', 'c']), made(['a', 'b', 'c', 'd\0'])]) {
        const response = await api.send(`/api/v1${list}?continue=${cursor}`)
        expect([200, 400], `${list} ${cursor}`).toContain(response.status)
        await response.arrayBuffer()
      }
    }
  })

  test('for a failure of the hub, which tells nothing of the inside', async () => {
    await using other = await startTestApi()
    await other.store.db.schema.dropTable('tombstones').execute()
    const found = await problem(await other.send('/api/v1/receipts'))
    expect(found).toMatchObject({ code: 'internal', status: 500 })
    expect(JSON.stringify(found)).not.toMatch(/tombstones|relation|select/i)
    expect(other.log.some(line => line.includes('tombstones') && line.includes(found.instance ?? '-'))).toBe(true)
  })
})
