import { AgentOptions, PreviewImport } from '@moorage/contract/agent.ts'
import { describe, expect, test } from 'vitest'
import { connectCluster } from '../clusters/connect.ts'
import { toConnect, who } from '../clusters/fixtures/deps.ts'
import { startMember } from '../clusters/fixtures/member.ts'
import { noMembers } from '../clusters/fixtures/no-members.ts'
import { codeOf } from '../clusters/fixtures/set-up.ts'
import { fetchManifest } from './contact.ts'
import { tokenIn } from './fixtures/agent.ts'
import { importOne, join, withAgentStore } from './fixtures/set-up.ts'
import { previewImport } from './preview-import.ts'
import { importProgress } from './progress.ts'
import { renewImport } from './renew-import.ts'

/** The token is in the Secret, and in the hash of the configuration. */
const withoutToken = (manifest: string, token: string) =>
  manifest.replaceAll(btoa(token), '').replace(/(moorage.dev\/configuration: ).*/, '$1')

describe.each(['pglite', 'postgres'] as const)('imports on %s', engine => {
  const { db, begin } = withAgentStore(engine)

  test('a new token brings the same manifest, and ends the one before', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps, advance } = await begin(stack)
    const agent = AgentOptions.parse({ namespace: 'moored', proxy: { https: 'http://me:hunter2@proxy.example.com' } })
    const { imported, token, id } = await importOne(deps, { mode: 'full', provider: 'vmware', agent })
    advance(3_700_000)
    expect(await codeOf(fetchManifest(deps, token))).toBe('join_token_invalid')
    const before = await importProgress(deps, id)
    expect(before.token).toBe('expired')
    expect(before.steps[0]?.causes.join()).toMatch(/token has expired/)
    const renewed = await renewImport(deps, 'edge', 600, who)
    expect(renewed.adopts).toBe(false)
    expect(Math.abs(Date.parse(renewed.expiresAt ?? '') - deps.now().getTime() - 600_000)).toBeLessThan(30_000)
    const fresh = tokenIn(renewed.url)
    expect(withoutToken(renewed.manifest, fresh)).toBe(withoutToken(imported.manifest, token))
    expect(await fetchManifest(deps, fresh)).toBe(renewed.manifest)
    expect(await importProgress(deps, id)).toMatchObject({
      token: 'good',
      expiresAt: renewed.expiresAt,
      steps: [{ name: 'manifest', status: 'ok' }, {}, {}, {}, {}, {}],
    })
    expect(JSON.stringify(await db().selectFrom('agents').selectAll().execute())).not.toContain('hunter2')
  })

  test('a cluster that has joined is adopted by it, unless its agent is connected', async () => {
    await using stack = new AsyncDisposableStack()
    let connected = false
    const { deps } = await begin(stack, { members: { ...noMembers(), connected: () => connected } })
    const { token } = await importOne(deps)
    await join(deps, token)
    expect((await renewImport(deps, 'edge', 600, who)).adopts).toBe(true)
    connected = true
    expect(await codeOf(renewImport(deps, 'edge', 600, who))).toBe('not_this_connection')
  })

  test('one without an agent, or that nobody knows, has nothing to renew', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps } = await begin(stack)
    await using member = await startMember()
    await connectCluster(deps, toConnect('direct', member.kubeconfig()), who)
    expect(await codeOf(renewImport(deps, 'direct', 600, who))).toBe('not_this_connection')
    expect(await codeOf(renewImport(deps, 'nobody', 600, who))).toBe('cluster_not_found')
  })

  test('a preview says what the import says, and stores nothing', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps } = await begin(stack)
    for (const mode of ['read-only', 'full'] as const) {
      const preview = await previewImport(deps, PreviewImport.parse({ name: mode, mode, namespace: 'moored' }))
      expect(await db().selectFrom('clusters').select('id').where('name', '=', mode).execute()).toEqual([])
      const { imported } = await importOne(deps, { mode, agent: AgentOptions.parse({ namespace: 'moored' }) }, mode)
      const { creates, rights, notes, adopts } = imported
      expect(preview).toEqual({ creates, rights, notes, adopts })
    }
    const without = await previewImport(deps, PreviewImport.parse({ existingNamespace: 'true' }))
    expect(without.creates.map(({ kind }) => kind)).not.toContain('Namespace')
  })

  test('a preview refuses a name that an import would refuse', async () => {
    await using stack = new AsyncDisposableStack()
    const { deps } = await begin(stack, { members: { ...noMembers(), connected: () => true } })
    const { token } = await importOne(deps)
    expect((await previewImport(deps, PreviewImport.parse({ name: 'edge' }))).adopts).toBe(false)
    await join(deps, token)
    expect(await codeOf(previewImport(deps, PreviewImport.parse({ name: 'edge' })))).toBe('name_taken')
  })
})
