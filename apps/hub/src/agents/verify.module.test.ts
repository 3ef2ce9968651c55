import { describe, expect, test } from 'vitest'
import { codeOf } from '../clusters/fixtures/set-up.ts'
import { noteTrouble } from './contact.ts'
import { TestAgent } from './fixtures/agent.ts'
import { ACT, importOne, join, withAgentStore } from './fixtures/set-up.ts'
import { importProgress } from './progress.ts'
import { verifyAgent } from './verify.ts'

describe.each(['pglite', 'postgres'] as const)('proofs of identity on %s', engine => {
  const { begin } = withAgentStore(engine)

  describe('an assertion', () => {
    const joined = async (stack: AsyncDisposableStack) => {
      const { deps, advance } = await begin(stack)
      const { token, id } = await importOne(deps)
      return { deps, advance, id, agent: await join(deps, token) }
    }

    test('is good once', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, agent, id } = await joined(stack)
      const authorization = await agent.assertion('uid-1')
      const given = { authorization, act: ACT, now: deps.now() }
      expect(await verifyAgent(deps, given)).toEqual({
        clusterId: id,
        name: 'edge',
        pod: 'agent-1',
        keyId: await agent.keyId(),
      })
      expect(await codeOf(verifyAgent(deps, given))).toBe('agent_rejected')
    })

    test('for another hub, call, key or time is refused', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, agent } = await joined(stack)
      const stranger = new TestAgent()
      const iat = Math.floor(Date.now() / 1000)
      const wrong = [
        undefined,
        '',
        'Moorage-Agent ',
        'Moorage-Agent a.b.c',
        `Moorage-Agent ${'A'.repeat(10_000)}`,
        `Bearer ${(await agent.assertion('uid-1')).slice(14)}`,
        await stranger.assertion('uid-1'),
        `Moorage-Agent ${await stranger.sign({}, { kid: 'not\u0000a thumbprint' })}`,
        `Moorage-Agent ${await stranger.sign({}, { kid: await agent.keyId() })}`,
        await agent.assertion('uid-1', { instance: 'another-hub' }),
        await agent.assertion('uid-1', { act: 'POST /agent/v1/trouble' }),
        await agent.assertion('uid-1', { exp: iat + 3600 }),
        await agent.assertion('uid-1', { exp: iat - 1 }),
        await agent.assertion('uid-1', { jti: 1 }),
        // What a row of all tunnels, or a terminal, would stumble over.
        await agent.assertion('uid-1', { pod: 'pod\u0000' }),
        await agent.assertion('uid-1', { pod: '\u001b[2J' }),
      ]
      const [head, body, signature] = (await agent.assertion('uid-1')).split('.')
      const none = Buffer.from(JSON.stringify({ alg: 'none', kid: await agent.keyId() })).toString('base64url')
      wrong.push(`Moorage-Agent ${none}.${body}.`, `${head}.${body}.${signature?.slice(0, -4)}AAAA`)
      for (const authorization of wrong) {
        expect(await codeOf(verifyAgent(deps, { authorization, act: ACT, now: deps.now() })), authorization).toBe(
          'agent_rejected',
        )
      }
    })

    test('of a wrong clock says so, so that the agent can set its own', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, agent } = await joined(stack)
      for (const off of [-600_000, 600_000]) {
        const authorization = await agent.assertion('uid-1', { now: new Date(Date.now() + off) })
        await expect(verifyAgent(deps, { authorization, act: ACT, now: deps.now() })).rejects.toMatchObject({
          step: 'clock',
        })
      }
    })

    test('from another cluster with a copied Secret is refused with the reason', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, agent } = await joined(stack)
      const given = { authorization: await agent.assertion('uid-2'), act: ACT, now: deps.now() }
      const told: unknown[] = []
      const copied = (...all: unknown[]) => told.push(all)
      expect(await codeOf(verifyAgent({ ...deps, copied }, given))).toBe('agent_key_conflict')
      expect(told).toEqual([[expect.objectContaining({ name: 'edge' }), expect.stringContaining('another cluster')]])
    })

    test('opens the telling of trouble, in the agent’s own words', async () => {
      await using stack = new AsyncDisposableStack()
      const { deps, agent } = await joined(stack)
      const authorization = await agent.assertion('uid-1', { act: 'POST /agent/v1/trouble' })
      await noteTrouble(
        deps,
        { authorization },
        { step: 'api-server', message: 'x509: unknown\u0000\n\u001b[2J authority' },
      )
      expect((await importProgress(deps, 'edge')).steps[3]).toMatchObject({
        status: 'failed',
        message: 'x509: unknown [2J authority',
      })
    })
  })
})
