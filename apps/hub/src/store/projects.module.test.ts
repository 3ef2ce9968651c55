import { describe, expect, inject, test } from 'vitest'
import { insertTestCluster } from '../api/fixtures/started-api.ts'
import { findClusterTarget, listClusterTargets } from './cluster-target.ts'
import { testStore } from './fixtures/stores.ts'
import { addToProject, deleteProject, listProjects, putProject, removeFromProject } from './projects.ts'

const now = new Date('2026-11-21T12:00:00Z')

describe.each(['pglite', 'postgres'] as const)('projects on %s', engine => {
  test('a cluster is in its home and in others, and leaves the others', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const id = await insertTestCluster(store, 'alpha')
    const names = async () => (await listProjects(db)).map(({ name, clusters }) => [name, clusters.map(c => c.home)])
    expect(await names()).toEqual([['default', [true]]])
    expect(await putProject(db, { name: 'pay', description: 'Money', labels: { a: 'b' } }, 'ada', now)).toBe(true)
    expect(await putProject(db, { name: 'pay', description: 'More', labels: {} }, 'bob', now)).toBe(false)
    for (const project of ['pay', 'pay', 'Zoo']) await addToProject(db, project, id, 'ada', now)
    expect(await names()).toEqual([
      ['Zoo', [false]],
      ['default', [true]],
      ['pay', [false]],
    ])
    expect((await listProjects(db)).at(-1)).toMatchObject({ description: 'More', labels: {}, created_at: now })
    expect((await findClusterTarget(db, 'alpha'))?.projects).toEqual(['default', 'Zoo', 'pay'])
    expect(await removeFromProject(db, 'pay', id)).toBe(true)
    expect(await removeFromProject(db, 'pay', id)).toBe(false)
    expect(await deleteProject(db, 'Zoo')).toBe(true)
    expect(await deleteProject(db, 'Zoo')).toBe(false)
    expect((await listClusterTargets(db))[0]?.projects).toEqual(['default'])
  })

  test('a project that is a home is there without a word about it, and once where it is both', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const id = await insertTestCluster(store, 'alpha')
    await db.updateTable('clusters').set({ project: 'pay' }).where('id', '=', id).execute()
    await addToProject(db, 'pay', id, 'ada', now)
    expect(await listProjects(db)).toMatchObject([
      { name: 'default', created_at: null, clusters: [] },
      { name: 'pay', clusters: [{ name: 'alpha', home: true }] },
    ])
    expect((await findClusterTarget(db, id))?.projects).toEqual(['pay'])
  })
})
