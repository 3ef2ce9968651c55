import { describe, expect, inject, test } from 'vitest'
import { appendAudit, appendAudits } from './audit.ts'
import { countAudit, listAudit } from './audit-search.ts'
import { auditEntry } from './fixtures/filled.ts'
import { testStore } from './fixtures/stores.ts'
import { verifyAudit } from './fixtures/verify-audit.ts'

describe.each(['pglite', 'postgres'] as const)('the audit on %s', engine => {
  test('is one whole chain, whoever appends at the same time', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    await Promise.all(Array.from({ length: 40 }, (_, n) => appendAudit(store.db, auditEntry(`action-${n}`))))
    expect(await verifyAudit(store.db)).toMatchObject({ faults: [], lines: 40 })
    const newest = await listAudit(store.db, { limit: 15 })
    const older = await listAudit(store.db, { limit: 100, before: newest.at(-1)! })
    expect([...newest, ...older].map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => 40 - n))
  })

  test('is read by action, area, actor and time', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
    for (const [minute, action, actor_id, actor_name] of [
      [1, 'tokens.create', 't1', 'ci'],
      [2, 'tokens.revoke', 't2', 'admin'],
      [3, 'tokens_x.y', 't2', 'admin'],
      [4, 'clusters.connect', 't3', 'ci'],
    ] as const)
      await appendAudit(db, { ...auditEntry(action), at: at(minute), actor_id, actor_name })
    const found = async (filter: object) => {
      const rows = await listAudit(db, { ...filter, limit: 9 })
      expect(await countAudit(db, filter, 9)).toBe(rows.length)
      return rows.map(({ seq }) => seq)
    }
    expect(await found({})).toEqual([4, 3, 2, 1])
    expect(await found({ action: 'tokens' })).toEqual([2, 1])
    expect(await found({ action: 'tokens.create' })).toEqual([1])
    expect(await found({ action: 'tokens.' })).toEqual([])
    expect(await found({ action: '%' })).toEqual([])
    expect(await found({ actor: 'ci' })).toEqual([4, 1])
    expect(await found({ actor: 't2', action: 'tokens' })).toEqual([2])
    expect(await found({ since: at(2), until: at(4) })).toEqual([3, 2])
    expect(await found({ status: [400, 499] })).toEqual([])
    expect(await found({ status: [200, 200], actor: 'admin' })).toEqual([3, 2])
    expect(await found({ clusters: ['none'] })).toEqual([])
    expect(await countAudit(db, {}, 3)).toBe(3)
  })

  test('is read by what a request to a cluster was about', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const line = (more: object) => ({ ...auditEntry('kube.get'), cluster_id: 'c1', verb: 'get', ...more })
    await appendAudits(db, [
      line({ resource: 'pods', namespace: 'shop', name: 'web', request_id: 'r1' }),
      line({ resource: 'pods', namespace: 'vault', name: 'web', verb: 'delete' }),
      line({ resource: 'secrets', namespace: 'shop', cluster_id: 'c2', allowed: false, status: 403 }),
      line({ resource: 'secrets', namespace: 'shop', status: 500 }),
    ])
    const found = async (filter: object) => (await listAudit(db, { ...filter, limit: 9 })).map(({ seq }) => seq)
    expect(await found({ clusters: ['c1'] })).toEqual([4, 2, 1])
    expect(await found({ clusters: ['c1', 'c2'], resource: 'secrets' })).toEqual([4, 3])
    expect(await found({ verb: 'delete' })).toEqual([2])
    expect(await found({ namespace: 'shop', resource: 'pods' })).toEqual([1])
    expect(await found({ name: 'web' })).toEqual([2, 1])
    expect(await found({ status: [400, 499] })).toEqual([3])
    expect(await found({ status: [500, 500] })).toEqual([4])
    expect(await found({ allowed: false })).toEqual([3])
    expect(await found({ request: 'r1' })).toEqual([1])
  })

  test('finds by any of what a line has, together, the lines that have it', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const some = <T>(n: number, ...of: T[]) => of[n % of.length] as T
    const lines = Array.from({ length: 120 }, (_, n) => {
      const verb = some(n, 'get', 'delete', null)
      return {
        ...auditEntry(verb === null ? some(n, 'tokens.create', 'tokens.revoke', 'sx', 'kube') : `kube.${verb}`),
        verb,
        actor_id: some(n >> 2, 'u1', 'u2', 'u3'),
        // Somebody who is called as another one's id is.
        actor_name: some(n >> 2, 'ada', 'bob', 'u1'),
        cluster_id: some(n >> 1, 'c1', 'c2', null),
        resource: some(n >> 3, 'pods', 'secrets', null),
        namespace: some(n, 'shop', null, 'vault', 'vault'),
        status: some(n >> 1, 200, 201, 403, 500, null),
        allowed: some(n >> 1, 200, 201, 403, 500, null) !== 403,
      }
    })
    const rows = await appendAudits(db, lines)
    const options = {
      action: [undefined, 'kube', 'kube.get', 'tokens', 'tokens.revoke', 's'],
      actor: [undefined, 'u1', 'bob', 'nobody'],
      clusters: [undefined, ['c1'], ['c1', 'c2'], []],
      verb: [undefined, 'get', 'delete', 'patch'],
      resource: [undefined, 'pods', 'get'],
      namespace: [undefined, 'shop', 'vault'],
      status: [undefined, [200, 200], [400, 499], [200, 299], [302, 302]] as const,
      allowed: [undefined, true, false],
    }
    for (let n = 0; n < 150; n += 1) {
      // Each time others of them; most are left out.
      const pick = <T>(of: readonly T[], salt: number) => of[((n * salt) % (of.length * 2)) % of.length] as T
      const filter = {
        action: n % 3 ? undefined : pick(options.action, 5),
        actor: n % 2 ? undefined : pick(options.actor, 7),
        clusters: n % 5 < 2 ? pick(options.clusters, 11) : undefined,
        verb: n % 4 < 2 ? pick(options.verb, 13) : undefined,
        resource: n % 7 < 2 ? pick(options.resource, 17) : undefined,
        namespace: n % 11 < 3 ? pick(options.namespace, 19) : undefined,
        status: n % 6 < 3 ? pick(options.status, 23) : undefined,
        allowed: n % 13 < 3 ? pick(options.allowed, 29) : undefined,
      }
      const found = rows.filter(
        row =>
          (filter.action === undefined || row.action === filter.action || row.action.startsWith(`${filter.action}.`)) &&
          (filter.actor === undefined || [row.actor_id, row.actor_name].includes(filter.actor)) &&
          (filter.clusters === undefined || filter.clusters.includes(row.cluster_id ?? '')) &&
          (['verb', 'resource', 'namespace'] as const).every(
            column => filter[column] === undefined || row[column] === filter[column],
          ) &&
          (filter.status === undefined ||
            (row.status !== null && row.status >= filter.status[0] && row.status <= filter.status[1])) &&
          (filter.allowed === undefined || row.allowed === filter.allowed),
      )
      const seqs = (await listAudit(db, { ...filter, limit: 200 })).map(({ seq }) => seq)
      expect(
        seqs.sort((a, b) => a - b),
        JSON.stringify(filter),
      ).toEqual(found.map(({ seq }) => seq))
      expect(await countAudit(db, filter, 200)).toBe(found.length)
    }
  })

  test('has a line if and only if the change that it tells of happened', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const undone = store.db.transaction().execute(async trx => {
      await appendAudit(trx, auditEntry('undone'))
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await appendAudit(store.db, auditEntry('done'))
    expect((await listAudit(store.db, { limit: 9 })).map(({ action }) => action)).toEqual(['done'])
    expect(await verifyAudit(store.db)).toMatchObject({ faults: [], lines: 1 })
  })
})
