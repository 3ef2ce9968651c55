import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import type { Authenticated } from '../access/identity.ts'
import { follow } from './follow.ts'
import { clusterUnknown, type Member } from './members.ts'
import { parse } from './parse.ts'
import { standing } from './standing.ts'

const facts = (id: string, name: string): ClusterFacts => ({
  id,
  name,
  labels: {},
  projects: ['default'],
  mode: 'full',
})
const authenticated: Authenticated = {
  identity: { kind: 'user', id: '1', name: 'ada', groups: [] },
  via: { kind: 'bearer', tokenId: 't' },
}

/** A followed watch of cluster 1, which was called alpha as it began. */
function watching() {
  const clusters = [facts('1', 'alpha')]
  const allowedIn = new Set(['1'])
  const asked: string[] = []
  const member = (of: ClusterFacts) => ({ facts: of }) as Member
  let failure: Error | null = null
  const held = standing(3_600_000)
  const deps = {
    standing: held,
    live: {
      size: 0,
      follow: () => ({ signal: new AbortController().signal, used: () => {}, done: () => {} }),
      recheck: async () => [],
      takeCut: () => 0,
      [Symbol.dispose]: () => {},
    },
    members: {
      find: async (ref: string) => {
        asked.push(ref)
        if (failure !== null) throw failure
        const found = clusters.find(({ id }) => id === ref) ?? clusters.find(({ name }) => name === ref)
        if (found === undefined) throw clusterUnknown(ref)
        return member(found)
      },
      forget: () => {},
    },
    decide: (_: unknown, request: { cluster?: ClusterFacts | undefined }) => ({
      allowed: allowedIn.has(request.cluster?.id ?? ''),
      because: '',
    }),
  }
  const parsed = parse({ method: 'GET', target: '/api/v1/pods?watch=1', headers: [] })
  let ended = 0
  const followed = follow(deps, { authenticated, parsed, member: member(facts('1', 'alpha')) }, () => {
    ended += 1
  })
  return {
    clusters,
    allowedIn,
    followed,
    ended: () => ended,
    failsWith: (error: Error | null) => {
      failure = error
    },
    /** Looks, and resolves once what it asked was answered. */
    look: async () => {
      const before = asked.length
      held.recheck()
      await eventually(() => expect(asked.length).toBeGreaterThan(before), { within: 10_000 })
      await new Promise(resolve => setImmediate(resolve))
    },
    [Symbol.dispose]: () => {
      followed[Symbol.dispose]()
      held[Symbol.dispose]()
    },
  }
}

test('a stream into a renamed cluster ends with the right to it', async () => {
  using stream = watching()
  stream.clusters[0] = facts('1', 'beta')
  await stream.look()
  expect(stream.ended()).toBe(0)
  stream.allowedIn.clear()
  await stream.look()
  expect(stream).toMatchObject({ followed: { cut: true } })
  expect(stream.ended()).toBe(1)
})

test('another cluster that now has the name does not count', async () => {
  using stream = watching()
  stream.clusters.splice(0, 1, facts('1', 'beta'), facts('2', 'alpha'))
  stream.allowedIn.clear()
  stream.allowedIn.add('2')
  await stream.look()
  expect(stream.ended()).toBe(1)
})

test('a stream ends with its cluster, and outlives a failure to look', async () => {
  using stream = watching()
  stream.failsWith(new Error('The store does not answer.'))
  await stream.look()
  expect(stream.ended()).toBe(0)
  stream.failsWith(null)
  stream.clusters.pop()
  await stream.look()
  expect(stream.ended()).toBe(1)
})
