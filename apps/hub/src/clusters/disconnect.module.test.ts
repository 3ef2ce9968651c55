import { eventually } from '@moorage/testkit/eventually.ts'
import { describe, expect, test } from 'vitest'
import { MoorageError } from '../errors.ts'
import { accessVersion } from '../store/access-version.ts'
import { addToLedger, owedObjects } from '../store/ledger.ts'
import { findReceipt, listReceipts } from '../store/tombstones.ts'
import { connectCluster } from './connect.ts'
import { deleteCluster } from './delete.ts'
import { disconnectCluster } from './disconnect.ts'
import { toConnect, who } from './fixtures/deps.ts'
import { startMember } from './fixtures/member.ts'
import { codeOf, withStore } from './fixtures/set-up.ts'
import { getCluster } from './get.ts'
import { previewDisconnect } from './preview-disconnect.ts'

const object = (name: string, uid = name) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'moorage',
  name,
  uid,
})
const pathOf = (name: string) => `/api/v1/namespaces/moorage/configmaps/${name}`

describe.each(['pglite', 'postgres'] as const)('on %s', engine => {
  const setUp = withStore(engine)

  describe('disconnect', () => {
    test('forgets everything in one go, gives a receipt, and lets the cluster be connected again', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member, store } = await setUp(stack)
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

    test('ends what is bound to it by name, but for what only forbids, and tokens that are for it alone', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member, store } = await setUp(stack)
      const { cluster } = await connectCluster(deps, toConnect('alpha', member.kubeconfig()), who)
      const nothing = { permissions: [], kubernetes: [], nonResource: [] }
      const deny = { ...nothing, permissions: [{ resources: ['audit'], verbs: ['*'] }] }
      const by = { created_at: new Date(), created_by: 'ada' }
      stack.defer(async () => {
        for (const table of ['bindings', 'roles', 'tokens'] as const) await store.db.deleteFrom(table).execute()
      })
      await store.db
        .insertInto('roles')
        .values({
          name: 'no',
          description: '',
          allow: JSON.stringify(nothing),
          deny: JSON.stringify(deny),
          updated_at: new Date(),
          ...by,
        })
        .execute()
      const bind = (name: string, role: string, scope: object) =>
        store.db
          .insertInto('bindings')
          .values({ name, role, scope: JSON.stringify(scope), ...by })
          .execute()
      await bind('by-name', 'cluster-admin', { kind: 'cluster', cluster: 'alpha' })
      await bind('by-id', 'cluster-admin', { kind: 'namespace', cluster: cluster?.id, namespaces: ['x'] })
      await bind('forbids', 'no', { kind: 'cluster', cluster: 'alpha' })
      await bind('other', 'cluster-admin', { kind: 'cluster', cluster: 'beta' })
      await bind('project', 'project-admin', { kind: 'project', project: 'default' })
      for (const [id, clusters] of Object.entries({ one: ['alpha'], two: ['alpha', 'beta'], none: undefined })) {
        const scope = clusters === undefined ? null : JSON.stringify({ clusters })
        await store.db
          .insertInto('tokens')
          .values({ id, name: id, hash: id, scope, ...by })
          .execute()
      }
      const version = await accessVersion(store.db)
      const said = 'What is bound to it by name: by-id, by-name (these bindings end).'
      expect((await previewDisconnect(deps, 'alpha')).forgets).toContain(said)
      expect((await disconnectCluster(deps, 'alpha', { force: false }, who)).forgotten).toContain(said)
      const bindings = await store.db.selectFrom('bindings').select(['name', 'expires_at']).orderBy('name').execute()
      expect(bindings.filter(row => row.expires_at !== null).map(({ name }) => name)).toEqual(['by-id', 'by-name'])
      const tokens = await store.db.selectFrom('tokens').select(['id', 'scope', 'revoked_at']).orderBy('id').execute()
      expect(tokens).toMatchObject([
        { id: 'none', revoked_at: null, scope: null },
        { id: 'one', revoked_at: expect.any(Date), scope: { clusters: ['alpha'] } },
        { id: 'two', revoked_at: null, scope: { clusters: ['beta'] } },
      ])
      expect(await accessVersion(store.db)).toBeGreaterThan(version)
      expect(deps.published.map(({ type }) => type)).toContain('access')
    })

    test('takes out what the hub put in, newest first, and nothing of others', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member, store } = await setUp(stack)
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
      const { deps, member, store } = await setUp(stack)
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
      const { deps, member, store } = await setUp(stack)
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
      const { deps, member, store } = await setUp(stack)
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
