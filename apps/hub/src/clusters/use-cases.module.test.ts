import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { openCredential } from '../connections/credentials.ts'
import { MoorageError } from '../errors.ts'
import { insertCluster } from '../store/clusters.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { addToLedger, owedObjects } from '../store/ledger.ts'
import type { Store } from '../store/store.ts'
import { findReceipt, listReceipts } from '../store/tombstones.ts'
import { connectCluster } from './connect.ts'
import { deleteCluster } from './delete.ts'
import { disconnectCluster } from './disconnect.ts'
import { testClusterDeps, toConnect, who } from './fixtures/deps.ts'
import { startMember } from './fixtures/member.ts'
import { getCluster } from './get.ts'
import { listClusters } from './list.ts'
import { previewDisconnect } from './preview-disconnect.ts'
import { replaceKubeconfig } from './replace-kubeconfig.ts'
import { updateCluster } from './update.ts'

const { signal } = new AbortController()
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    error => (error instanceof MoorageError ? error.code : `not a MoorageError: ${error}`),
  )
const object = (name: string, uid = name) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'moorage',
  name,
  uid,
})
const pathOf = (name: string) => `/api/v1/namespaces/moorage/configmaps/${name}`

describe.each(['pglite', 'postgres'] as const)('on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    for (const table of ['clusters', 'ledger', 'tombstones'] as const) await store.db.deleteFrom(table).execute()
  })

  const setUp = async (stack: AsyncDisposableStack) => {
    const deps = stack.use(testClusterDeps(store))
    const member = stack.use(await startMember())
    return { deps, member }
  }

  describe('connect', () => {
    test('stores cluster and sealed credential, and says what it did', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const input = toConnect('alpha', member.kubeconfig(), { labels: { env: 'prod' }, project: 'shop' })
      const { cluster, steps, uid, version } = await connectCluster(deps, input, who)
      expect(steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
        ...['parse ok', 'address ok', 'reach ok', 'version ok', 'identity ok', 'rights ok'],
      ])
      expect({ uid, version }).toEqual({ uid: 'uid-of-member', version: 'v1.36.3' })
      expect(cluster).toMatchObject({ name: 'alpha', project: 'shop', labels: { env: 'prod' }, phase: 'Pending' })
      expect(cluster?.id).toMatch(/^c-[a-z2-7]{10}$/)
      expect(cluster?.credential).toMatchObject({ kind: 'token', server: `https://127.0.0.1:${member.port}/` })
      const stored = await store.db.selectFrom('credentials').selectAll().execute()
      expect(JSON.stringify([stored, cluster, deps.published])).not.toContain('right-token')
      expect(deps.published).toMatchObject([{ type: 'cluster', name: 'alpha' }])
      expect(await getCluster(deps, 'alpha')).toEqual(await getCluster(deps, cluster?.id ?? ''))
    })

    test('stores nothing on a dry run, nor when any step fails', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const text = member.kubeconfig()
      expect((await connectCluster(deps, toConnect('a', text, { dryRun: true }), who)).cluster).toBeNull()
      const wrongToken = member.kubeconfig({ token: 'wrong' })
      expect(await codeOf(connectCluster(deps, toConnect('a', wrongToken), who))).toBe('credential_rejected')
      expect(await codeOf(connectCluster(deps, toConnect('a', text, { mode: 'full' }), who))).toBe(
        'credential_forbidden',
      )
      member.answers.version = 'v1.27.9'
      expect(await codeOf(connectCluster(deps, toConnect('a', text), who))).toBe('version_too_old')
      member.answers.status = 503
      expect(await codeOf(connectCluster(deps, toConnect('a', text), who))).toBe('cluster_unreachable')
      expect(await store.db.selectFrom('clusters').select('id').execute()).toEqual([])
      expect(await store.db.selectFrom('credentials').select('cluster_id').execute()).toEqual([])
    })

    test('refuses a name that is taken, and a cluster that is known, by saying as which', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const again = connectCluster(deps, toConnect('beta', member.kubeconfig()), who)
      await expect(again).rejects.toMatchObject({ code: 'cluster_exists', cluster: 'alpha', step: 'identity' })
      expect(await codeOf(connectCluster(deps, toConnect('alpha', member.kubeconfig()), who))).toBe('name_taken')
    })

    test('of ten at once, one is stored and the others are told', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const names = Array.from({ length: 10 }, (_, index) => `same-${index}`)
      const codes = await Promise.all(
        names.map(name => codeOf(connectCluster(deps, toConnect(name, member.kubeconfig()), who))),
      )
      expect(codes.toSorted()).toEqual([...Array(9).fill('cluster_exists'), 'no error'])
      expect(await store.db.selectFrom('clusters').select('id').execute()).toHaveLength(1)
      expect(await store.db.selectFrom('credentials').select('cluster_id').execute()).toHaveLength(1)
    })

    test('gives a transport that only reads', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const transport = await deps.connections.transport(cluster?.id ?? '')
      const answer = await transport.request({ method: 'GET', path: '/version' }, signal)
      answer.body.resume()
      expect(answer.status).toBe(200)
      const secrets = transport.request({ method: 'GET', path: '/api/v1/secrets' }, signal)
      expect(await codeOf(secrets)).toBe('forbidden')
      expect(member.heard.some(line => line.includes('secrets'))).toBe(false)
    })

    test('keeps nothing of a file but the chosen context', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const two = parse(member.kubeconfig())
      two.users.push({ name: 'other', user: { token: 'token-of-another-cluster' } })
      two.contexts.push({ name: 'other', context: { cluster: 'member', user: 'other' } })
      const text = stringify(two)
      await expect(connectCluster(deps, toConnect('alpha', text), who)).rejects.toMatchObject({
        code: 'context_required',
        step: 'parse',
        choices: ['member', 'other'],
      })
      const { cluster } = await connectCluster(deps, toConnect('alpha', text, { context: 'member' }), who)
      const opened = await openCredential(deps, cluster?.id ?? '')
      expect(opened?.target.auth).toEqual({ kind: 'token', token: 'right-token' })
      expect(JSON.stringify(opened)).not.toContain('token-of-another-cluster')
    })
  })

  describe('list', () => {
    test('filters, pages by name and counts, in one order', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await setUp(stack)
      for (const [index, name] of ['b-2', 'a', 'b', 'c9', 'b-10'].entries()) {
        await insertCluster(store.db, {
          id: `c-${name}`,
          name,
          uid: name,
          project: index % 2 ? 'odd' : 'even',
          labels: JSON.stringify({ env: index < 3 ? 'prod' : 'test', ...(name === 'a' ? { old: '' } : {}) }),
          origin: 'connected',
          connection: 'direct',
          mode: 'read-only',
          phase: index === 0 ? 'Error' : 'Running',
          conditions: '[]',
          facts: '{}',
          created_at: new Date(),
          created_by: 'test',
        })
      }
      const names = async (query: Omit<Parameters<typeof listClusters>[1], 'limit'> & { limit?: number }) =>
        (await listClusters(deps, { limit: 100, ...query })).items.map(({ name }) => name)
      expect(await names({})).toEqual(['a', 'b', 'b-10', 'b-2', 'c9'])
      expect(await names({ project: 'odd' })).toEqual(['a', 'c9'])
      expect(await names({ phase: 'Error' })).toEqual(['b-2'])
      expect(await names({ selector: 'env=prod' })).toEqual(['a', 'b', 'b-2'])
      expect(await names({ selector: 'env!=prod' })).toEqual(['b-10', 'c9'])
      expect(await names({ selector: 'env in (prod,test),!old' })).toEqual(['b', 'b-10', 'b-2', 'c9'])
      expect(await names({ selector: 'old' })).toEqual(['a'])
      expect(await names({ selector: 'old=' })).toEqual(['a'])
      expect(await names({ selector: 'old notin (x)' })).toEqual(['a', 'b', 'b-10', 'b-2', 'c9'])
      const first = await listClusters(deps, { limit: 2, selector: 'env' })
      expect([first.items.map(({ name }) => name), first.total]).toEqual([['a', 'b'], 5])
      const second = await listClusters(deps, { limit: 2, continue: first.next ?? '' })
      const third = await listClusters(deps, { limit: 2, continue: second.next ?? '' })
      expect([...second.items, ...third.items].map(({ name }) => name)).toEqual(['b-10', 'b-2', 'c9'])
      expect(third).toMatchObject({ next: null, total: 5 })
      expect(await listClusters(deps, { limit: 2, project: 'none' })).toEqual({ items: [], next: null, total: 0 })
      expect(await codeOf(listClusters(deps, { limit: 2, selector: 'a b' }))).toBe('bad_request')
      expect(await codeOf(listClusters(deps, { limit: 2, continue: '!' }))).toBe('bad_request')
    })

    test('answers within 50 ms with 500 clusters', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await setUp(stack)
      const text = 'x'.repeat(200)
      const conditions = JSON.stringify(
        Array.from({ length: 9 }, () => ({ type: 'Connected', status: 'True', message: text })),
      )
      const rows = Array.from({ length: 500 }, (_, index) => ({
        id: `c-${index}`,
        name: `cluster-${index}`,
        uid: `${index}`,
        project: 'default',
        labels: JSON.stringify({ n: String(index % 7) }),
        origin: 'connected' as const,
        connection: 'direct' as const,
        mode: 'read-only' as const,
        phase: 'Running',
        conditions,
        facts: '{}',
        created_at: new Date(),
        created_by: 'test',
      }))
      await store.db.insertInto('clusters').values(rows).execute()
      await listClusters(deps, { limit: 100 })
      const times: number[] = []
      for (let turn = 0; turn < 10; turn++) {
        const started = performance.now()
        expect((await listClusters(deps, { limit: 100, selector: 'n!=3' })).items).toHaveLength(100)
        times.push(performance.now() - started)
      }
      expect(times.toSorted((a, b) => a - b)[4]).toBeLessThan(50)
    })
  })

  describe('update', () => {
    test('merges labels and renames; a name that is taken, and labels that are none, are refused', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const other = stack.use(await startMember({ uid: 'uid-2' }))
      await connectCluster(deps, toConnect('alpha', member.kubeconfig(), { labels: { a: '1', b: '2' } }), who)
      await connectCluster(deps, toConnect('beta', other.kubeconfig()), who)
      const changed = await updateCluster(deps, 'alpha', { name: 'gamma', labels: { a: null, c: '3' } }, who)
      expect(changed).toMatchObject({ name: 'gamma', labels: { b: '2', c: '3' } })
      expect(await codeOf(updateCluster(deps, 'gamma', { name: 'beta' }, who))).toBe('name_taken')
      const wrong = updateCluster(deps, 'gamma', { labels: { 'not a key': 'x' } }, who)
      await expect(wrong).rejects.toMatchObject({ code: 'bad_request', message: expect.stringContaining('label key') })
      expect(await codeOf(updateCluster(deps, 'alpha', {}, who))).toBe('cluster_not_found')
    })

    test('raises the mode only where the credential may do more, and then the transport changes', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const id = cluster?.id ?? ''
      const walled = await deps.connections.transport(id)
      const raise = () => updateCluster(deps, 'alpha', { mode: 'full' }, who)
      await expect(raise()).rejects.toMatchObject({ code: 'credential_forbidden', step: 'rights' })
      member.answers.may = () => true
      expect((await raise()).mode).toBe('full')
      const open = await deps.connections.transport(id)
      expect(open).not.toBe(walled)
      const answer = await open.request({ method: 'GET', path: '/api/v1/secrets' }, signal)
      answer.body.resume()
      expect(member.heard).toContain('GET /api/v1/secrets')
      await member.stop()
      await updateCluster(deps, 'alpha', { mode: 'read-only' }, who)
      const again = (await deps.connections.transport(id)).request({ method: 'GET', path: '/api/v1/secrets' }, signal)
      expect(await codeOf(again)).toBe('forbidden')
    })
  })

  describe('replacing the kubeconfig', () => {
    test('must reach the same cluster, and ends the old transport', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const other = stack.use(await startMember({ uid: 'uid-2' }))
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const id = cluster?.id ?? ''
      const replace = (kubeconfig: string, dryRun = false) =>
        replaceKubeconfig(deps, 'alpha', { kubeconfig, allowInsecureTls: false, dryRun }, who)
      await expect(replace(other.kubeconfig())).rejects.toMatchObject({ code: 'cluster_mismatch', cluster: 'alpha' })
      const old = await deps.connections.transport(id)
      member.answers.token = 'new-token'
      expect((await replace(member.kubeconfig(), true)).cluster).toBeNull()
      expect(await deps.connections.transport(id)).toBe(old)
      expect((await replace(member.kubeconfig())).cluster?.id).toBe(id)
      await expect(old.request({ method: 'GET', path: '/version' }, signal)).rejects.toMatchObject({
        reason: 'aborted',
      })
      const answer = await (await deps.connections.transport(id)).request({ method: 'GET', path: '/version' }, signal)
      answer.body.resume()
      expect(answer.status).toBe(200)
    })
  })

  describe('disconnect', () => {
    test('forgets everything in one go, gives a receipt, and lets the cluster be connected again', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const id = cluster?.id ?? ''
      expect(await previewDisconnect(deps, 'alpha')).toMatchObject({ cluster: 'alpha', removes: [] })
      const before = member.heard.length
      await member.stop()
      const receipt = await disconnectCluster(deps, 'alpha', { force: false }, who)
      expect(receipt).toMatchObject({ id, name: 'alpha', uid: 'uid-of-member', by: 'ada', forced: false, owed: [] })
      expect(Date.parse(receipt.tombstoneUntil) - Date.parse(receipt.disconnectedAt)).toBe(72 * 3_600_000)
      expect(member.heard.length).toBe(before)
      for (const table of ['clusters', 'credentials', 'ledger'] as const)
        expect(await store.db.selectFrom(table).selectAll().execute(), table).toEqual([])
      expect(await findReceipt(store.db, 'alpha', new Date())).toEqual(receipt)
      expect((await listReceipts(store.db, { limit: 10, now: new Date() })).rows).toEqual([receipt])
      expect(deps.published.at(-1)).toMatchObject({ type: 'gone', cluster: id })
      expect(await codeOf(deps.connections.transport(id))).toBe('cluster_not_found')
      await expect(getCluster(deps, 'alpha')).rejects.toThrow('was disconnected at')
      expect(await codeOf(disconnectCluster(deps, 'alpha', { force: false }, who))).toBe('cluster_not_found')
      const back = stack.use(await startMember())
      expect((await connectCluster(deps, toConnect('alpha', back.kubeconfig()), who)).cluster?.name).toBe('alpha')
    })

    test('takes out what the hub put in, newest first, and nothing of others', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const id = cluster?.id ?? ''
      for (const name of ['first', 'second', 'taken', 'gone']) {
        await addToLedger(store.db, id, object(name), 'hub-1', new Date())
        if (name !== 'gone') member.answers.objects.set(pathOf(name), { uid: name === 'taken' ? 'of-a-user' : name })
      }
      await addToLedger(
        store.db,
        id,
        { ...object('widget'), apiVersion: 'x.example/v1', kind: 'Widget' },
        'hub-1',
        new Date(),
      )
      member.answers.objects.set(pathOf('users-own'), { uid: 'users-own' })
      expect((await previewDisconnect(deps, 'alpha')).removes).toHaveLength(5)
      const receipt = await disconnectCluster(deps, 'alpha', { force: false }, who)
      expect(receipt.removed.map(({ name }) => name).toSorted()).toEqual(['first', 'gone', 'second', 'taken', 'widget'])
      expect([...member.answers.objects.keys()]).toEqual([pathOf('taken'), pathOf('users-own')])
      const deletes = member.heard.filter(line => line.startsWith('DELETE'))
      expect(deletes).toEqual(['gone', 'taken', 'second', 'first'].map(name => `DELETE ${pathOf(name)}`))
    })

    test('of a member that is gone and owed, is refused with the list, and forced with the debt in the receipt', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const id = cluster?.id ?? ''
      await addToLedger(store.db, id, object('first'), 'hub-1', new Date())
      await member.stop()
      const refused = disconnectCluster(deps, 'alpha', { force: false }, who)
      await expect(refused).rejects.toMatchObject({
        code: 'cluster_unreachable',
        message: expect.stringContaining('ConfigMap moorage/first'),
        fix: expect.stringContaining('force'),
      })
      expect(await owedObjects(store.db, id)).toHaveLength(1)
      const receipt = await disconnectCluster(deps, 'alpha', { force: true }, who)
      expect(receipt).toMatchObject({ forced: true, owed: [{ name: 'first' }], removed: [] })
    })

    test('that stopped half-way goes on where it was', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const id = cluster?.id ?? ''
      for (const name of ['first', 'second']) {
        await addToLedger(store.db, id, object(name), 'hub-1', new Date())
        member.answers.objects.set(pathOf(name), { uid: name })
      }
      const half = new AbortController()
      const stopped = disconnectCluster(deps, 'alpha', { force: false }, who, half.signal)
      await eventually(() => member.heard.includes(`DELETE ${pathOf('second')}`))
      half.abort()
      await stopped.catch(() => {})
      const again = await disconnectCluster(deps, 'alpha', { force: false }, who).catch(error => error)
      if (again instanceof MoorageError) expect(again.code).toBe('cluster_not_found')
      const receipt = await findReceipt(store.db, 'alpha', new Date())
      expect(receipt?.removed.map(({ name }) => name)).toEqual(['second', 'first'])
      expect(member.answers.objects.size).toBe(0)
    })

    test('of two at once, one gives the receipt', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member } = await setUp(stack)
      await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const both = [1, 2].map(() => codeOf(disconnectCluster(deps, 'alpha', { force: false }, who)))
      expect((await Promise.all(both)).toSorted()).toEqual(['cluster_not_found', 'no error'])
      expect(await store.db.selectFrom('tombstones').select('id').execute()).toHaveLength(1)
    })
  })

  test('delete is refused for a connected cluster, with the word to use, also when it is gone', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps, member } = await setUp(stack)
    await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
    await member.stop()
    await expect(deleteCluster(deps, 'alpha', who)).rejects.toMatchObject({
      code: 'delete_not_allowed',
      message: expect.stringContaining('was connected'),
      fix: expect.stringContaining('moorage cluster disconnect alpha'),
    })
    expect(await codeOf(deleteCluster(deps, 'nobody', who))).toBe('cluster_not_found')
  })
})
