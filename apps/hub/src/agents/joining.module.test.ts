import { randomBytes } from 'node:crypto'
import { AgentOptions } from '@moorage/contract/agent.ts'
import { describe, expect, test } from 'vitest'
import { connectCluster } from '../clusters/connect.ts'
import { toConnect, who } from '../clusters/fixtures/deps.ts'
import { startMember } from '../clusters/fixtures/member.ts'
import { noMembers } from '../clusters/fixtures/no-members.ts'
import { codeOf } from '../clusters/fixtures/set-up.ts'
import { getCluster } from '../clusters/get.ts'
import { previewDisconnect } from '../clusters/preview-disconnect.ts'
import { makeSealer } from '../connections/sealing.ts'
import { SealingKey } from '../connections/sealing-key.ts'
import { findAgent } from '../store/agents.ts'
import { listConnectionEvents } from '../store/connection-events.ts'
import { owedObjects } from '../store/ledger.ts'
import { fetchManifest, sayHello } from './contact.ts'
import { TestAgent, toImport } from './fixtures/agent.ts'
import { ACT, ADDRESS, importOne, join, withAgentStore } from './fixtures/set-up.ts'
import { resealOptions } from './options.ts'
import { importProgress } from './progress.ts'
import { registerByToken } from './register.ts'
import { agentVerifier } from './verify.ts'

describe.each(['pglite', 'postgres'] as const)('joining on %s', engine => {
  const { db, begin, reasonsOf } = withAgentStore(engine)

  describe('an import', () => {
    test('waits for its agent, asks for nothing yet, and knows what its manifest makes', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { imported, id } = await importOne(deps, { mode: 'full', labels: { env: 'test' } })
      expect(imported.cluster).toMatchObject({
        name: 'edge',
        uid: null,
        phase: 'Pending',
        origin: 'imported',
        connection: 'agent',
        mode: 'read-only',
        labels: { env: 'test' },
        agent: { mode: 'full', version: null, key: null, namespace: 'moorage-system', connections: [] },
      })
      expect(imported.command).toBe(`kubectl apply -f '${imported.url}'`)
      expect(imported.rights.join(' ')).toContain('objects of every kind')
      const owed = await owedObjects(deps.store.db, id)
      expect(owed.map(({ kind }) => kind).sort()).toEqual(imported.creates.map(({ kind }) => kind).sort())
      // There is no agent yet who could remove them, if anybody made them.
      expect(await previewDisconnect(deps, id)).toMatchObject({ reachable: false, removes: [] })
    })

    test('made again before its agent has joined keeps what is not said anew', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const said = { project: 'lab', labels: { env: 'test' }, provider: 'aws' as const }
      const { id } = await importOne(deps, said)
      const again = await importOne(deps)
      expect(again.imported.cluster).toMatchObject({ id, project: 'lab', labels: { env: 'test' } })
      expect((await findAgent(db(), id))?.provider).toBe('aws')
      const changed = await importOne(deps, { labels: {}, provider: 'generic' })
      expect(changed.imported.cluster).toMatchObject({ project: 'lab', labels: {} })
      expect((await findAgent(db(), id))?.provider).toBe('generic')
    })

    test('into a namespace that every cluster has needs to be told that it is there', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const into = (namespace: string, existingNamespace: boolean) =>
        importOne(deps, { agent: AgentOptions.parse({ namespace, existingNamespace }) })
      await expect(into('kube-system', false)).rejects.toMatchObject({
        code: 'bad_request',
        fix: expect.stringContaining('--existing-namespace'),
      })
      const there = await into('kube-system', true)
      expect(there.imported.creates.map(({ kind }) => kind)).not.toContain('Namespace')
      expect((await into('team-a', false)).imported.notes.join()).toMatch(/team-a must not be there yet/)
      expect((await into('moorage-system', false)).imported.notes.join()).not.toMatch(/must not be there/)
    })

    test('of a hub with its own CA is fetched from the holder of its key alone', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const own = { ...deps, face: { ...deps.face, caPem: 'PEM', pin: () => 'cGlu' } }
      const { imported } = await importOne(own)
      expect(imported.command).toBe(
        `curl -fsS --insecure --pinnedpubkey 'sha256//cGlu' '${imported.url}' | kubectl apply -f -`,
      )
      expect(imported.manifest).toContain('ca.crt')
    })

    test('refuses a proxy in read-only mode, unless the hub needs it, which it then says', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const agent = { ...toImport('x').agent, proxy: { https: 'http://proxy.example.com:3128' } }
      expect(await codeOf(importOne(deps, { agent }))).toBe('proxy_not_allowed')
      const { imported } = await importOne(deps, { agent: { ...agent, proxyNeededForHub: true } })
      expect(imported.notes.join()).toMatch(/through a proxy/)
      await importOne(deps, { mode: 'full', agent }, 'other')
    })

    test('keeps passwords of proxies out of the database', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const agent = { ...toImport('x').agent, proxy: { https: 'http://me:hunter2@proxy.example.com' } }
      const { token } = await importOne(deps, { mode: 'full', agent })
      expect(JSON.stringify(await db().selectFrom('agents').selectAll().execute())).not.toContain('hunter2')
      expect(await fetchManifest(deps, token)).toContain(
        Buffer.from('http://me:hunter2@proxy.example.com').toString('base64'),
      )
    })

    test('has its proxy’s password sealed anew with a new key, and says so where the key is lost', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const [old, fresh] = [new SealingKey(randomBytes(32)), new SealingKey(randomBytes(32))]
      const agent = { ...toImport('x').agent, proxy: { https: 'http://me:hunter2@proxy.example.com' } }
      const { token } = await importOne({ ...deps, sealer: makeSealer([old]) }, { mode: 'full', agent })
      expect(await codeOf(fetchManifest({ ...deps, sealer: makeSealer([fresh]) }, token))).toBe('unavailable')
      await resealOptions({ store: deps.store, sealer: makeSealer([fresh, old]) })
      expect(await fetchManifest({ ...deps, sealer: makeSealer([fresh]) }, token)).toContain('https-proxy')
    })

    test('is begun anew under its name as long as nobody has joined; the token before is withdrawn', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const first = await importOne(deps)
      const second = await importOne(deps, { labels: { tier: 'a' } })
      expect(second.id).toBe(first.id)
      expect(second.imported).toMatchObject({ adopts: false, cluster: { labels: { tier: 'a' } } })
      expect(await codeOf(fetchManifest(deps, first.token))).toBe('join_token_invalid')
      expect(await codeOf(join(deps, first.token))).toBe('join_token_invalid')
      await join(deps, second.token)
    })

    test('does not take the name of a cluster that is connected otherwise', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const member = stack.use(await startMember())
      await connectCluster(deps, toConnect('edge', member.kubeconfig()), who)
      await expect(importOne(deps)).rejects.toMatchObject({
        code: 'not_this_connection',
        fix: expect.stringMatching(/reconnect/),
      })
    })
  })

  describe('a registration', () => {
    test('goes step by step, and the token is spent by it', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token, id } = await importOne(deps)
      expect(await fetchManifest(deps, token)).toContain('kind: Deployment')
      await sayHello(deps, token, { version: '0.1.0', pod: 'agent-1', proxied: false })
      const agent = await join(deps, token)
      const { steps } = await importProgress(deps, 'edge')
      expect(steps.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'waiting', 'waiting', 'waiting'])
      expect(await getCluster(deps, id)).toMatchObject({
        uid: 'uid-1',
        mode: 'read-only',
        agent: { key: await agent.keyId(), version: '0.1.0' },
      })
      expect(await reasonsOf(id)).toEqual(['Registered'])
      expect(await codeOf(fetchManifest(deps, token))).toBe('join_token_invalid')
    })

    test('whose answer was lost is answered again, and only to the same key and cluster', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token, id } = await importOne(deps)
      const agent = await join(deps, token)
      await join(deps, token, 'uid-1', agent)
      expect(await codeOf(join(deps, token, 'uid-2', agent))).toBe('join_token_invalid')
      expect(await reasonsOf(id)).toEqual(['TokenUsedTwice', 'Registered'])
    })

    test('with a token that another agent has used is refused and told', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token, id } = await importOne(deps)
      await join(deps, token)
      await expect(join(deps, token)).rejects.toMatchObject({
        code: 'join_token_invalid',
        message: expect.stringMatching(/used already/),
      })
      const [event] = await listConnectionEvents(db(), id, 1)
      expect(event).toMatchObject({ type: 'refused', reason: 'TokenUsedTwice', address: ADDRESS })
    })

    test('of many agents at once with one token ends well for one', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token } = await importOne(deps)
      const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(join(deps, token))))
      expect(codes.sort()).toEqual([...new Array(7).fill('join_token_invalid'), 'no error'])
    })

    test('after the token has expired is refused', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, advance } = await begin(stack)
      const { token } = await importOne(deps)
      advance(3_601_000)
      await expect(join(deps, token)).rejects.toMatchObject({ message: expect.stringMatching(/expired at/) })
      expect((await importProgress(deps, 'edge')).steps[0]?.causes.join()).toMatch(/expired/)
    })

    test('without proof of the key, for another hub, token or cluster is refused', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const { token } = await importOne(deps)
      const agent = new TestAgent()
      const good = await agent.registration(token, 'uid-1')
      const forged = [
        { ...good, publicKey: new TestAgent().publicKey },
        { ...good, clusterUid: 'uid-2' },
        { ...good, proof: '' },
        await agent.registration(token, 'uid-1', { instance: 'another-hub' }),
        await agent.registration(token, 'uid-1', { claims: { sub: 'a'.repeat(64) } }),
        await agent.registration(token, 'uid-1', { claims: { uid: 'uid-2' } }),
      ]
      for (const one of forged) expect(await codeOf(registerByToken(deps, token, one, ADDRESS))).toBe('agent_rejected')
      const wrongClock = await agent.registration(token, 'uid-1', { now: new Date(Date.now() - 600_000) })
      await expect(registerByToken(deps, token, wrongClock, ADDRESS)).rejects.toMatchObject({
        code: 'agent_rejected',
        step: 'clock',
      })
      await registerByToken(deps, token, good, ADDRESS)
    })

    test('of a cluster that is known under another name is refused, with the name', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const agent = await join(deps, (await importOne(deps)).token)
      const second = await importOne(deps, {}, 'twin')
      // Its manifest left the key where it was.
      expect(await codeOf(join(deps, second.token, 'uid-1', agent))).toBe('cluster_exists')
      await expect(join(deps, second.token)).rejects.toMatchObject({
        code: 'cluster_exists',
        fix: expect.stringMatching(/import edge/),
      })
      expect((await importProgress(deps, 'twin')).steps[2]).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(/known, as edge.*import edge/),
      })
      // It did no harm: the token is still good for the right cluster.
      await join(deps, second.token, 'uid-2')
    })

    test('of a second cluster with the same key is refused and told to both', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack)
      const first = await importOne(deps)
      const agent = await join(deps, first.token)
      const second = await importOne(deps, {}, 'copy')
      expect(await codeOf(join(deps, second.token, 'uid-2', agent))).toBe('agent_key_conflict')
      expect(await reasonsOf(first.id)).toEqual(['KeyOfAnotherCluster', 'Registered'])
      expect(await reasonsOf(second.id)).toEqual(['KeyOfAnotherCluster'])
    })

    test('of the same cluster once more adopts it: id and labels stay, the key is the new one', async () => {
      await using stack = new AsyncDisposableStack()
      const cuts: string[] = []
      const { deps } = await begin(stack, { members: { ...noMembers(), cut: async id => void cuts.push(id) } })
      const first = await importOne(deps, { labels: { env: 'prod' } })
      const before = await join(deps, first.token)
      const again = await importOne(deps, { labels: {} })
      expect(again.imported).toMatchObject({ adopts: true, cluster: { id: first.id, labels: { env: 'prod' } } })
      expect(await codeOf(join(deps, again.token, 'uid-2'))).toBe('cluster_mismatch')
      expect(cuts).toEqual([])
      const after = await join(deps, again.token)
      // What the key of before has opened is closed with it.
      expect(cuts).toEqual([first.id])
      const verify = agentVerifier(deps)
      expect(await verify({ authorization: await after.assertion('uid-1'), act: ACT })).toMatchObject({
        clusterId: first.id,
      })
      expect(await codeOf(verify({ authorization: await before.assertion('uid-1'), act: ACT }))).toBe('agent_rejected')
    })

    test('is not offered while the agent is connected', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps } = await begin(stack, { members: { ...noMembers(), connected: () => true } })
      await join(deps, (await importOne(deps)).token)
      expect(await codeOf(importOne(deps))).toBe('name_taken')
    })
  })
})
