import { describe, expect, test } from 'vitest'
import { findCluster } from '../store/clusters.ts'
import { connectCluster } from './connect.ts'
import { toConnect, who } from './fixtures/deps.ts'
import { startMember } from './fixtures/member.ts'
import { codeOf, withStore } from './fixtures/set-up.ts'
import { replaceKubeconfig } from './replace-kubeconfig.ts'
import { updateCluster } from './update.ts'

const { signal } = new AbortController()

describe.each(['pglite', 'postgres'] as const)('on %s', engine => {
  const setUp = withStore(engine)

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
      const beta = await findCluster(deps.store.db, 'beta')
      expect(await codeOf(updateCluster(deps, 'gamma', { name: beta!.id }, who))).toBe('name_taken')
      const third = toConnect(beta!.id, other.kubeconfig())
      expect(await codeOf(connectCluster(deps, third, who))).toBe('name_taken')
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
})
