import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { openCredential } from '../connections/credentials.ts'
import { connectCluster } from './connect.ts'
import { toConnect, who } from './fixtures/deps.ts'
import { codeOf, withStore } from './fixtures/set-up.ts'
import { getCluster } from './get.ts'

const { signal } = new AbortController()

describe.each(['pglite', 'postgres'] as const)('on %s', engine => {
  const setUp = withStore(engine)

  describe('connect', () => {
    test('stores cluster and sealed credential, and says what it did', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, member, store } = await setUp(stack)
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
      const { deps, member, store } = await setUp(stack)
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
      const { deps, member, store } = await setUp(stack)
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
})
