import { compactVerify, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import type { Members, ProveRequest } from '../clusters/deps.ts'
import { noMembers } from '../clusters/fixtures/no-members.ts'
import { codeOf } from '../clusters/fixtures/set-up.ts'
import { importOne, join, withAgentStore } from './fixtures/set-up.ts'
import { forbiddenIn } from './forbidden.ts'
import { proveCluster } from './prove.ts'
import { proofKey } from './signing-key.ts'

const asked: ProveRequest[] = []
/** An agent whose walls hold, but for what is named here. */
const walls = (fallen: Partial<Record<ProveRequest['wall'], string>> = {}): Members => ({
  ...noMembers(),
  control: () => ({
    remove: () => {
      throw new Error('not asked for')
    },
    settings: async () => ({ ok: true as const }),
    prove: async request => {
      asked.push(request)
      const results = request.requests.map(({ name }) => {
        const refused = fallen[request.wall] !== name
        return { name, refused, answer: refused ? 'Forbidden.' : 'It was answered.' }
      })
      return { results }
    },
  }),
})

describe.each(['pglite', 'postgres'] as const)('a proof on %s', engine => {
  const { db, begin } = withAgentStore(engine)
  const joined = async (stack: AsyncDisposableStack, members: Members) => {
    const { deps } = await begin(stack, { members })
    const { token } = await importOne(deps)
    await join(deps, token)
    return deps
  }

  test('tries each forbidden thing at each wall, and is signed', async () => {
    await using stack = new AsyncDisposableStack()
    const report = await proveCluster(await joined(stack, walls()), 'edge')
    expect(report).toMatchObject({ cluster: 'edge', uid: 'uid-1', mode: 'read-only', holds: true })
    expect(report.proofs.map(({ name }) => name)).toEqual(forbiddenIn('read-only').map(({ name }) => name))
    for (const { name, walls } of report.proofs) {
      expect(
        walls.map(({ wall, outcome }) => `${wall} ${outcome}`),
        name,
      ).toEqual(['hub refused', 'agent refused', 'api-server refused'])
    }
    const { signature, key, ...rest } = report
    const { payload } = await compactVerify(signature, await importJWK(JSON.parse(key), 'EdDSA'))
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(rest)
    expect(key).not.toContain('"d"')
    const kept = await db().selectFrom('meta').select('value').where('key', '=', 'signing-key').executeTakeFirst()
    expect(kept?.value).not.toContain(JSON.parse(key).x)
  })

  test('is signed by the same key each time', async () => {
    await using stack = new AsyncDisposableStack()
    const deps = await joined(stack, walls())
    const { key } = await proveCluster(deps, 'edge')
    expect((await proveCluster(deps, 'edge')).key).toBe(key)
    expect(await proofKey(deps)).toBe(key)
  })

  test('does not hold where one wall lets one thing pass', async () => {
    for (const wall of ['agent', 'api-server'] as const) {
      await using stack = new AsyncDisposableStack()
      const name = 'read a Secret'
      const report = await proveCluster(await joined(stack, walls({ [wall]: name })), 'edge')
      expect(report.holds).toBe(false)
      expect(report.proofs.find(proof => proof.name === name)?.walls).toContainEqual({
        wall,
        outcome: 'passed',
        answer: 'It was answered.',
      })
      await db().deleteFrom('clusters').execute()
    }
  })

  test('sends writes as dry runs alone, and reaches into nothing that is there', async () => {
    await using stack = new AsyncDisposableStack()
    asked.length = 0
    await proveCluster(await joined(stack, walls()), 'edge')
    for (const { path, method } of asked.flatMap(({ requests }) => requests)) {
      if (method !== 'GET') expect(path).toMatch(/dryRun=All/)
      if (/exec|attach|proxy|portforward/.test(path)) expect(path).toMatch(/\/moorage-proof\//)
    }
  })

  test('needs an agent that is there', async () => {
    await using stack = new AsyncDisposableStack()
    const deps = await joined(stack, noMembers())
    expect(await codeOf(proveCluster(deps, 'edge'))).toBe('agent_disconnected')
    await importOne(deps, {}, 'waiting')
    expect(await codeOf(proveCluster(deps, 'waiting'))).toBe('not_this_connection')
  })
})
