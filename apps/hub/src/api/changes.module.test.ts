import { changes as follow } from '@moorage/client/changes.ts'
import { moorageClient } from '@moorage/client/client.ts'
import { ProblemError } from '@moorage/client/problem-error.ts'
import type { Change } from '@moorage/contract/hub.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asUser } from './fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const change = (cluster: string): Change => ({
  type: 'cluster',
  cluster,
  name: cluster,
  kinds: [],
  at: new Date().toISOString(),
})
const openStreams = async () => {
  const page = await (await api.send('/metrics')).text()
  return Number(/moorage_http_open_streams (\d+)/.exec(page)?.[1] ?? Number.NaN)
}

describe('the stream of changes', () => {
  test('begins with a ping, tells changes, and ends when the client leaves', async () => {
    const leave = new AbortController()
    const response = await api.send('/api/v1/changes', { signal: leave.signal })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const read = async () => (await reader?.read())?.value ?? ''
    expect(await read()).toMatch(/^event: message\ndata: \{"type":"ping".*\}\n\n$/)
    api.changes.publish(change('a'))
    expect(await read()).toContain('"type":"cluster","cluster":"a"')
    expect(await openStreams()).toBe(1)
    leave.abort()
    await eventually(async () => expect(await openStreams()).toBe(0))
  })

  test('ends within 2 s of the revocation of its token', async () => {
    const { id, token } = await api.makeToken()
    const response = await fetch(`${api.url}/api/v1/changes`, { headers: { authorization: `Bearer ${token}` } })
    const ended = response.text()
    // As another replica would, without telling this one.
    await api.store.db.updateTable('tokens').set({ revoked_at: new Date() }).where('id', '=', id).execute()
    const before = performance.now()
    await ended
    expect(performance.now() - before).toBeLessThan(2000)
  })

  test('a client follows it over an outage, and gives up when its token is revoked', async () => {
    const { id, token } = await api.makeToken()
    const client = moorageClient({ url: api.url, token })
    const signal = AbortSignal.timeout(30_000)
    const events: string[] = []
    let connected = 0
    const following = (async () => {
      const options = {
        signal,
        random: () => 0.01,
        connected: () => void connected++,
        lost: () => void events.push('lost'),
      }
      for await (const { type, cluster } of follow(client, options)) events.push(`${type} ${cluster}`)
    })()
    following.catch(() => {})
    await eventually(() => expect(connected).toBe(1))
    api.changes.publish(change('b'))
    await eventually(() => expect(events).toContain('cluster b'))
    await (await api.send(`/api/v1/tokens/${id}`, { method: 'DELETE' })).arrayBuffer()
    await expect(following).rejects.toBeInstanceOf(ProblemError)
    await expect(following).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(events).toContain('lost')
  })

  test('ends at once when the hub stops, and what runs is answered', async () => {
    const other = await startTestApi()
    await using _stop = other
    const stream = await other.send('/api/v1/changes')
    const ended = stream.text()
    const before = performance.now()
    await other.stop()
    await ended
    expect(performance.now() - before).toBeLessThan(2000)
    await expect(fetch(`${other.url}/livez`)).rejects.toThrow()
  })
})

describe('the client', () => {
  test('makes, lists and revokes a token, and follows pages', async () => {
    const client = moorageClient({ url: `${api.url}/`, token: api.token })
    const made = await client.tokens.create({ name: 'laptop', expiresInSeconds: 3600 })
    expect(made.token).toMatch(/^moorage_/)
    await client.tokens.create({ name: 'desk' })
    const names: string[] = []
    let next: string | null | undefined
    do {
      const page = await client.tokens.list({ limit: 1, ...(next == null ? {} : { continue: next }) })
      names.push(...page.items.map(token => token.name))
      expect(page.items).toHaveLength(1)
      next = page.next
    } while (next !== null)
    expect(names).toEqual(expect.arrayContaining(['admin', 'laptop', 'desk']))
    expect(new Set(names).size).toBeGreaterThanOrEqual(3)
    expect(await client.tokens.revoke({ id: made.id })).toEqual({ revoked: made.id })
    await expect(client.tokens.revoke({ id: made.id })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('tells who one is, and about the hub', async () => {
    const client = moorageClient({ url: api.url, token: api.token })
    expect(await client.hub.whoami()).toEqual({ kind: 'token', id: api.tokenId, name: 'admin', groups: [] })
    expect(await client.hub.info()).toMatchObject({ version: '0.0.0-test', store: 'pglite', publicUrl: api.url })
  })

  test('gives the problem of a refusal, and says when nothing answers', async () => {
    const client = moorageClient({ url: api.url, token: api.token })
    const error = await client.clusters.get({ cluster: 'nope' }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ code: 'cluster_not_found', status: 404, problem: { instance: expect.any(String) } })
    const nobody = moorageClient({ url: 'http://127.0.0.1:9', token: 'x' })
    await expect(nobody.hub.whoami()).rejects.toMatchObject({ code: 'hub_unreachable' })
  })

  test('tells somebody of the clusters that they see, and of others nothing', async () => {
    const seen = await insertTestCluster(api.store, 'seen')
    const hidden = await insertTestCluster(api.store, 'hidden')
    const ada = await asUser(api, 'ada')
    const json = {
      role: 'namespace-read-only',
      subjects: [{ kind: 'user', name: 'ada' }],
      scope: { kind: 'namespace', cluster: 'seen', namespaces: ['shop'] },
    }
    expect((await api.send('/api/v1/bindings/adas', { method: 'PUT', json })).status).toBe(200)
    const leave = new AbortController()
    const answer = await ada('/api/v1/changes', { signal: leave.signal })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let heard = (await reader?.read())?.value ?? ''
    api.changes.publish({ ...change(hidden), name: 'hidden' })
    api.changes.publish({ ...change(hidden), type: 'gone', name: 'hidden' })
    api.changes.publish({ ...change(seen), name: 'seen' })
    while (!heard.includes(seen)) heard += (await reader?.read())?.value ?? ''
    expect(heard, 'not even the name of one that is gone').not.toContain('"hidden"')
    expect(heard).not.toContain(`"type":"cluster","cluster":"${hidden}"`)
    leave.abort()
    await eventually(async () => expect(await openStreams()).toBe(0))
  })
})
