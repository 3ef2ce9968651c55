import type { RemovalProgress } from '@moorage/removal/progress.ts'
import { describe, expect, test } from 'vitest'
import { connectCluster } from '../clusters/connect.ts'
import type { Members } from '../clusters/deps.ts'
import { disconnectCluster } from '../clusters/disconnect.ts'
import { toConnect, who } from '../clusters/fixtures/deps.ts'
import { startMember } from '../clusters/fixtures/member.ts'
import { noMembers } from '../clusters/fixtures/no-members.ts'
import { codeOf } from '../clusters/fixtures/set-up.ts'
import { getCluster } from '../clusters/get.ts'
import { previewDisconnect } from '../clusters/preview-disconnect.ts'
import { replaceKubeconfig } from '../clusters/replace-kubeconfig.ts'
import { updateCluster } from '../clusters/update.ts'
import { upsertRows } from '../store/inventory.ts'
import { findReceipt } from '../store/tombstones.ts'
import { sayHello } from './contact.ts'
import { finishLeaving } from './finish-leaving.ts'
import { TestAgent, toImport, tokenIn } from './fixtures/agent.ts'
import { ACT, importOne, join, withAgentStore } from './fixtures/set-up.ts'
import { departedAgent, LATE_REMOVAL_ACT, noteLateRemoval } from './late-removal.ts'
import { migrateCluster } from './migrate.ts'
import { reconnectByAgent } from './reconnect.ts'
import { agentVerifier, verifyAgent } from './verify.ts'

describe.each(['pglite', 'postgres'] as const)('leaving on %s', engine => {
  const { db, begin } = withAgentStore(engine)

  describe('a disconnect', () => {
    /** A member's agent that removes what it is told, and then as the test says. */
    const removing = (
      last: RemovalProgress[],
      state = { connected: true },
    ): Members & { asked: object[]; cuts: string[] } => {
      const asked: object[] = []
      const cuts: string[] = []
      return {
        asked,
        cuts,
        connected: () => state.connected,
        cut: async id => void cuts.push(id),
        control: id => ({
          settings: async () => ({ ok: true as const }),
          prove: async () => ({ results: [] }),
          async *remove(request) {
            if (!state.connected) noMembers().control(id)
            asked.push(request)
            for (const object of request.objects) yield { removed: { ...object, uid: `uid-of-${object.kind}` } }
            yield* last
          },
        }),
      }
    }

    test('lets the agent take out everything, itself last, and says so', async () => {
      await using stack = new AsyncDisposableStack()
      const members = removing([{ scan: [] }, { done: true }])
      const { deps } = await begin(stack, { members })
      const { token, id, imported } = await importOne(deps)
      const agent = await join(deps, token)
      const receipt = await disconnectCluster(deps, 'edge', { force: false }, who)
      expect(receipt).toMatchObject({ uid: 'uid-1', forced: false, owed: [] })
      expect(receipt.removed.map(({ kind }) => kind).sort()).toEqual(imported.creates.map(({ kind }) => kind).sort())
      expect(members.cuts).toEqual([id])
      // A pod that lingers is told again.
      const told = await verifyAgent(deps, { authorization: await agent.assertion('uid-1'), act: ACT, now: deps.now() })
      expect(told).toMatchObject({ tombstone: true, name: 'edge', removal: { instance: 'instance-1', objects: [] } })
    })

    test('is previewed with what will become of the namespace', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token, id } = await importOne(deps)
      await join(deps, token)
      const put = (kind: string, namespace: string, name: string, second: number, instance = 'instance-1') => {
        const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
        const labels = { 'moorage.dev/instance': instance }
        const shown = { apiVersion: 'v1', status: '', node: null, images: [], owner: null, data: {} }
        return upsertRows(db(), id, kind, [{ ...shown, kind, namespace, name, uid: name, labels, createdAt: at }])
      }
      await put('Namespace', '', 'moorage-system', 0)
      await put('Deployment', 'moorage-system', 'moorage-agent', 1)
      const kinds = async () => (await previewDisconnect(deps, id)).removes.map(({ kind }) => kind)
      expect(await kinds()).toContain('Namespace')
      await put('Pod', 'moorage-system', 'theirs', 2, 'another')
      expect(await kinds()).not.toContain('Namespace')
      expect((await previewDisconnect(deps, id)).keeps.join()).toMatch(
        /The namespace moorage-system: it holds what is not Moorage’s: Pod moorage-system\/theirs/,
      )
    })

    test('says what was kept, and why', async () => {
      await using stack = new AsyncDisposableStack()
      const namespace = { apiVersion: 'v1', kind: 'Namespace', namespace: null, name: 'moorage-system', uid: 'n' }
      const members = removing([{ kept: namespace, because: 'it holds a ConfigMap that is not ours' }, { done: true }])
      const { deps } = await begin(stack, { members })
      await join(deps, (await importOne(deps)).token)
      const receipt = await disconnectCluster(deps, 'edge', { force: false }, who)
      expect(receipt.kept.join()).toMatch(/Namespace moorage-system: it holds/)
    })

    test('of a silent agent waits for it, and is finished when it comes back', async () => {
      await using stack = new AsyncDisposableStack()
      const state = { connected: false }
      const { deps } = await begin(stack, { members: removing([{ done: true }], state) })
      const { token, id } = await importOne(deps)
      await join(deps, token)
      await expect(disconnectCluster(deps, 'edge', { force: false }, who)).rejects.toMatchObject({
        code: 'cluster_unreachable',
        message: expect.stringMatching(/still has 9 of its objects.*moorage-agent/),
      })
      expect((await getCluster(deps, id)).phase).toBe('Disconnecting')
      state.connected = true
      await finishLeaving(deps, id)
      expect(await codeOf(getCluster(deps, id))).toBe('cluster_not_found')
      const [tombstone] = await db().selectFrom('tombstones').selectAll().execute()
      expect(tombstone?.receipt).toMatchObject({ by: who.name, forced: false, owed: [] })
    })

    test('that is forced is settled by what the agent says that it removed, and by nobody else’s word', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const agent = await join(deps, (await importOne(deps)).token)
      const says = async () => agent.assertion('uid-1', { now: deps.now(), act: LATE_REMOVAL_ACT })
      expect(await codeOf(departedAgent(deps, await says()))).toBe('bad_request')
      const { id, owed } = await disconnectCluster(deps, 'edge', { force: true }, who)
      expect(await codeOf(departedAgent(deps, await agent.assertion('uid-1', { now: deps.now() })))).toBe(
        'agent_rejected',
      )
      const [first, ...rest] = owed.map(object => ({ ...object, uid: `uid-of-${object.kind}` }))
      await noteLateRemoval(deps, await departedAgent(deps, await says()), { removed: [first!], kept: [] })
      expect((await findReceipt(db(), id, deps.now()))?.owed).toHaveLength(owed.length - 1)
      const because = 'it holds what is not ours'
      const kept = rest.filter(({ kind }) => kind === 'Namespace').map(object => ({ object, because }))
      const removed = rest.filter(({ kind }) => kind !== 'Namespace')
      await noteLateRemoval(deps, await departedAgent(deps, await says()), { removed, kept })
      const receipt = await findReceipt(db(), id, deps.now())
      expect(receipt).toMatchObject({ forced: true, owed: [], settledAt: expect.any(String) })
      expect(receipt?.removed.map(({ uid }) => uid)).toContain('uid-of-Deployment')
      expect(receipt?.kept.join()).toMatch(/Namespace moorage-system: it holds what is not ours/)
    })

    test('that is forced lists what is owed, and the agent is told when it dials', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, advance } = await begin(stack)
      const agent = await join(deps, (await importOne(deps)).token)
      const receipt = await disconnectCluster(deps, 'edge', { force: true }, who)
      expect(receipt.owed).toHaveLength(9)
      const dial = async () => ({ authorization: await agent.assertion('uid-1', { now: deps.now() }), act: ACT })
      await expect(agentVerifier(deps)(await dial())).rejects.toMatchObject({
        code: 'agent_removed',
        extra: { removal: { instance: 'instance-1', objects: [] } },
      })
      // Nobody can ask in its name.
      const stranger = new TestAgent()
      const forged = `Moorage-Agent ${await stranger.sign({}, { kid: await agent.keyId() })}`
      expect(await codeOf(agentVerifier(deps)({ authorization: forged, act: ACT }))).toBe('agent_rejected')
      advance(73 * 3_600_000)
      expect(await codeOf(agentVerifier(deps)(await dial()))).toBe('agent_rejected')
    })

    test('whose agent had to stay is refused, with its words', async () => {
      await using stack = new AsyncDisposableStack()
      const object = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'moorage-system', name: 'x', uid: 'x' }
      const members = removing([{ failed: object, message: 'a webhook refuses it' }])
      const { deps } = await begin(stack, { members })
      const { token, id } = await importOne(deps)
      await join(deps, token)
      await db()
        .insertInto('ledger')
        .values({
          cluster_id: id,
          api_version: 'v1',
          kind: 'ConfigMap',
          namespace: 'elsewhere',
          name: 'y',
          uid: 'unseen:y',
          instance: 'instance-1',
          created_at: new Date(),
        })
        .execute()
      await expect(disconnectCluster(deps, 'edge', { force: false }, who)).rejects.toMatchObject({
        message: expect.stringMatching(/a webhook refuses it/),
      })
    })

    test('owes nothing for an older manifest that named another namespace', async () => {
      await using stack = new AsyncDisposableStack()
      const members = removing([{ scan: [] }, { done: true }])
      const { deps } = await begin(stack, { members })
      await importOne(deps, { agent: { ...toImport('edge').agent, namespace: 'first-try' } })
      await join(deps, (await importOne(deps)).token)
      const receipt = await disconnectCluster(deps, 'edge', { force: false }, who)
      expect(receipt).toMatchObject({ forced: false, owed: [] })
      expect(receipt.kept).toContainEqual(expect.stringMatching(/older manifest.*first-try.*moorage cleanup/))
      expect(JSON.stringify(members.asked)).not.toContain('first-try')
      expect(receipt.removed).toHaveLength(9)
    })

    test('of an import that nobody joined forgets it at once, and its token with it', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token } = await importOne(deps)
      const receipt = await disconnectCluster(deps, 'edge', { force: false }, who)
      expect(receipt).toMatchObject({ uid: null, owed: [], removed: [] })
      expect(await codeOf(join(deps, token))).toBe('join_token_invalid')
      const heard = await importOne(deps)
      await sayHello(deps, heard.token, { version: '0.1.0', pod: 'p', proxied: false })
      expect((await disconnectCluster(deps, 'edge', { force: false }, who)).owed).toHaveLength(9)
    })
  })

  describe('a change of connection or mode', () => {
    test('from a kubeconfig to an agent and back keeps id, labels and history', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const member = stack.use(await startMember({ uid: 'uid-1' }))
      const { cluster } = await connectCluster(
        deps,
        toConnect('edge', member.kubeconfig(), { labels: { env: 'prod' } }),
        who,
      )
      const id = cluster?.id ?? ''
      const into = { ...toImport('x').agent, namespace: 'kube-system' }
      expect(await codeOf(reconnectByAgent(deps, 'edge', { agent: into, ttlSeconds: 3600 }, who))).toBe('bad_request')
      const offered = await reconnectByAgent(deps, 'edge', { agent: toImport('x').agent, ttlSeconds: 3600 }, who)
      expect(await getCluster(deps, id)).toMatchObject({ connection: 'direct', agent: null })
      const token = tokenIn(offered.url)
      expect(await codeOf(join(deps, token, 'uid-2'))).toBe('cluster_mismatch')
      const agent = await join(deps, token)
      expect(await getCluster(deps, id)).toMatchObject({
        connection: 'agent',
        origin: 'connected',
        credential: null,
        labels: { env: 'prod' },
        mode: 'read-only',
      })
      const kubeconfig = { kubeconfig: member.kubeconfig(), allowInsecureTls: false, dryRun: false }
      await replaceKubeconfig(deps, 'edge', kubeconfig, who)
      expect(await getCluster(deps, id)).toMatchObject({ connection: 'direct', agent: null, labels: { env: 'prod' } })
      const given = { authorization: await agent.assertion('uid-1'), act: ACT }
      expect(await codeOf(agentVerifier(deps)(given))).toBe('agent_removed')
    })

    test('to full mode is a manifest, and nothing else until it was seen', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token, id } = await importOne(deps, { agent: { ...toImport('x').agent, namespace: 'ops', replicas: 2 } })
      expect(await codeOf(migrateCluster(deps, 'edge', { mode: 'full' }))).toBe('capability_missing')
      await join(deps, token)
      const offered = await migrateCluster(deps, 'edge', {
        mode: 'full',
        agent: { tolerations: [{ operator: 'Exists' }] },
      })
      expect(offered).toMatchObject({ url: null, command: null, expiresAt: null })
      expect(offered.manifest).toMatch(/namespace: ops/)
      expect(offered.manifest).toMatch(/replicas: 2/)
      expect(offered.manifest).not.toContain('join-token')
      expect((await getCluster(deps, id)).mode).toBe('read-only')
      expect(await codeOf(updateCluster(deps, 'edge', { mode: 'full' }, who))).toBe('not_this_connection')
      expect(await codeOf(migrateCluster(deps, 'edge', { mode: 'full', agent: { namespace: 'other' } }))).toBe(
        'bad_request',
      )
      const proxy = { https: 'http://proxy.example.com' }
      expect(await codeOf(migrateCluster(deps, 'edge', { mode: 'read-only', agent: { proxy } }))).toBe(
        'proxy_not_allowed',
      )
    })
  })
})
