import { createPublicKey, verify } from 'node:crypto'
import { AuditHead, AuditVerdict } from '@moorage/contract/audit.ts'
import { Problem } from '@moorage/contract/problem.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operationRules } from '../access/rules.ts'
import { verifyAudit } from '../store/fixtures/verify-audit.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'
import { MAX_FAILED_SIGN_INS } from './limits.ts'
import { contractRoutes } from './routes.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
  await insertTestCluster(api.store, 'alpha')
})
afterAll(() => api[Symbol.asyncDispose]())

const guarded = contractRoutes().filter(route => operationRules[route.name]?.who !== 'public')
const addressOf = (pattern: string) => `/api/v1${pattern.replace('{cluster}', 'alpha').replace('{id}', api.tokenId)}`
const audited = () => api.store.db.selectFrom('audit').selectAll().orderBy('seq').execute()

async function expectRefused(response: Response, what: string): Promise<void> {
  expect(response.status, what).toBe(401)
  expect(Problem.parse(await response.json())).toMatchObject({ code: 'unauthenticated', status: 401 })
}

describe.each(guarded)('$name', ({ method, pattern }) => {
  test('is refused without, with a forged, an expired and a revoked token', async () => {
    const expired = await api.makeToken(60)
    const revoked = await api.makeToken()
    await (await api.send(`/api/v1/tokens/${revoked.id}`, { method: 'DELETE' })).arrayBuffer()
    await api.store.db
      .updateTable('tokens')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('id', '=', expired.id)
      .execute()
    const credentials = {
      none: undefined,
      forged: `Bearer moorage_${'A'.repeat(43)}`,
      expired: `Bearer ${expired.token}`,
      revoked: `Bearer ${revoked.token}`,
    }
    for (const [what, authorization] of Object.entries(credentials)) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
      // Each address has its own count of failures, so the window is moved on.
      api.advance(61_000)
      await expectRefused(await fetch(api.url + addressOf(pattern), { method, headers }), what)
    }
  })
})

describe('denials and changes', () => {
  test('a token with something added, cut or in other case is refused', async () => {
    for (const token of [`${api.token}x`, api.token.slice(0, -1), api.token.toUpperCase(), 'x'.repeat(5000)]) {
      api.advance(61_000)
      await expectRefused(
        await fetch(`${api.url}/api/v1/whoami`, { headers: { authorization: `Bearer ${token}` } }),
        token.slice(0, 20),
      )
    }
    for (const authorization of ['Basic YWRtaW46YWRtaW4=', `Token ${api.token}`, 'Bearer', 'Bearer a b']) {
      api.advance(61_000)
      await expectRefused(await fetch(`${api.url}/api/v1/whoami`, { headers: { authorization } }), authorization)
    }
  })

  test('a change leaves two lines: what was allowed and why, then how it ended', async () => {
    const response = await api.send('/api/v1/clusters/alpha', { method: 'DELETE' })
    await response.arrayBuffer()
    const lines = (await audited()).filter(row => row.request_id === response.headers.get('x-request-id'))
    expect(lines).toMatchObject([
      { action: 'clusters.delete', allowed: true, status: null, because: 'The token "admin" is an admin token.' },
      { action: 'clusters.delete', target: 'clusters/alpha', status: 403, actor_id: api.tokenId, actor_name: 'admin' },
    ])
    expect(lines[1]?.cluster_id).toMatch(/.+/)
    expect(lines[1]?.duration_ms).toBeGreaterThanOrEqual(0)
  })

  test('reading leaves one, with who, by what, and how it ended', async () => {
    const response = await api.send('/api/v1/clusters/nowhere', { headers: { 'user-agent': 'curl/8' } })
    await response.arrayBuffer()
    await eventually(async () => {
      const lines = (await audited()).filter(row => row.request_id === response.headers.get('x-request-id'))
      expect(lines).toMatchObject([
        {
          ...{ action: 'clusters.get', target: 'clusters/nowhere', allowed: true, status: 404, source: '127.0.0.1' },
          ...{ verb: 'get', resource: 'clusters', client: 'curl/8', via: `token/${api.tokenId}`, actor_name: 'admin' },
        },
      ])
    })
  })

  test('any line can be verified, against a head that was kept elsewhere', async () => {
    const head = AuditHead.parse(await (await api.send('/api/v1/audit/head')).json())
    const statement = JSON.stringify(['moorage-audit', 1, head.instance, 'head', head.seq, head.hash, head.at])
    const key = createPublicKey({ key: Buffer.from(head.publicKey, 'base64'), format: 'der', type: 'spki' })
    expect(verify(null, Buffer.from(statement), key, Buffer.from(head.signature, 'base64'))).toBe(true)
    const verdict = async (query: string) =>
      AuditVerdict.parse(await (await api.send(`/api/v1/audit/verify?${query}`)).json())
    expect(await verdict(`seq=${head.seq}&hash=${head.hash}`)).toMatchObject({ faults: [], next: null })
    expect(await verdict(`seq=${head.seq}&hash=${'0'.repeat(64)}`)).toMatchObject({
      faults: [{ what: 'not-as-signed', seq: head.seq }],
    })
  })

  test('a denial is written down, with the address that it came from', async () => {
    api.advance(61_000)
    const response = await fetch(`${api.url}/api/v1/tokens`, { headers: { authorization: 'Bearer forged' } })
    await response.arrayBuffer()
    const lines = (await audited()).filter(row => row.request_id === response.headers.get('x-request-id'))
    expect(lines).toMatchObject([
      { action: 'tokens.list', actor_kind: 'anonymous', allowed: false, status: 401, source: '127.0.0.1' },
    ])
  })

  test('a denial of a request to a cluster is written down too', async () => {
    api.advance(61_000)
    const path = '/k8s/alpha/api/v1/namespaces/shop/secrets/db?x=1'
    const refusals = [
      { headers: { authorization: 'Bearer moorage_forged' } },
      { headers: { cookie: 'moorage=forged' } },
      { method: 'DELETE' },
    ]
    for (const init of refusals) {
      const response = await fetch(api.url + path, init)
      await response.arrayBuffer()
      expect(response.status).toBe(401)
      const lines = (await audited()).filter(row => row.request_id === response.headers.get('x-request-id'))
      expect(lines).toMatchObject([
        {
          ...{ action: init.method === 'DELETE' ? 'kube.delete' : 'kube.get', actor_kind: 'anonymous', allowed: false },
          ...{ target: '/api/v1/namespaces/shop/secrets/db', status: 401, source: '127.0.0.1', namespace: 'shop' },
        },
      ])
    }
  })

  test('an address that keeps failing is told to wait, and does not fill the audit log', async () => {
    api.advance(61_000)
    const ofNobody = async () => (await audited()).filter(row => row.actor_kind === 'anonymous').length
    const before = await ofNobody()
    const statuses: number[] = []
    const waits: number[] = []
    for (let i = 0; i < MAX_FAILED_SIGN_INS + 5; i += 1) {
      const response = await fetch(`${api.url}/api/v1/whoami`, { headers: { authorization: `Bearer forged${i}` } })
      statuses.push(response.status)
      if (response.status === 429) waits.push(Number(response.headers.get('retry-after')))
      await response.arrayBuffer()
    }
    expect(waits.every(seconds => seconds > 0 && seconds <= 60)).toBe(true)
    expect(statuses.filter(status => status === 401)).toHaveLength(MAX_FAILED_SIGN_INS)
    expect(statuses.slice(-5)).toEqual([429, 429, 429, 429, 429])
    expect((await ofNobody()) - before).toBe(MAX_FAILED_SIGN_INS)
    const valid = await api.send('/api/v1/whoami')
    expect(valid.status).toBe(200)
    await valid.arrayBuffer()
    api.advance(61_000)
  })

  test('the audit log is read in pages, newest first', async () => {
    const rows = (await audited()).reverse().filter(({ action }) => action.startsWith('tokens.'))
    const read: unknown[] = []
    let next: string | null = ''
    do {
      const page = await api.send(`/api/v1/audit?limit=2&action=tokens${next && `&continue=${next}`}`)
      const found = (await page.json()) as { items: { seq: number }[]; next: string | null; total: number }
      expect(found.total).toBe(rows.length)
      read.push(...found.items)
      next = found.next
    } while (next !== null)
    expect(rows.length).toBeGreaterThan(4)
    expect(read).toMatchObject(rows.map(({ seq, action, because, hash }) => ({ seq, action, because, hash })))
    const query = `action=clusters.delete&actor=admin&since=${(await audited())[0]!.at.toISOString()}&limit=1`
    expect(await (await api.send(`/api/v1/audit?${query}`)).json()).toMatchObject({
      items: [{ action: 'clusters.delete', status: 403, actor: { kind: 'token', id: api.tokenId, name: 'admin' } }],
      total: 2,
    })
  })

  test('nothing secret is in the audit log, and its chain is whole', async () => {
    const created = (await (await api.send('/api/v1/tokens', { method: 'POST', json: { name: 'ci' } })).json()) as {
      token: string
    }
    const rows = await audited()
    expect(rows.length).toBeGreaterThan(10)
    expect(JSON.stringify(rows)).not.toContain(created.token)
    expect(JSON.stringify(rows)).not.toContain(api.token)
    expect(api.log.join('')).not.toContain(created.token)
    expect(api.log.join('')).not.toContain(api.token)
    expect(await verifyAudit(api.store.db)).toMatchObject({ faults: [] })
  })

  test('nothing is changed while the audit log can not be written', async () => {
    await using other = await startTestApi()
    other.breakAudit()
    const response = await other.send('/api/v1/tokens', { method: 'POST', json: { name: 'untraced' } })
    expect(response.status).toBe(503)
    expect(Problem.parse(await response.json())).toMatchObject({ code: 'audit_unavailable' })
    const tokens = await other.store.db.selectFrom('tokens').select('name').execute()
    expect(tokens.map(token => token.name)).toEqual(['admin'])
    const read = await other.send('/api/v1/tokens')
    expect(read.status).toBe(200)
    await read.arrayBuffer()
    const forged = await fetch(`${other.url}/api/v1/tokens`, { headers: { authorization: 'Bearer forged' } })
    expect(forged.status).toBe(401)
    await forged.arrayBuffer()
  })
})
