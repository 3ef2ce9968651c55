import { expect, test } from 'vitest'
import { whyNamespaceWillStay } from './namespace-stays.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds))
const pod = { kind: 'Pod', namespace: 'edge', name: 'theirs' }

test.each([
  ['goes where the manifest made it', at(0), at(2), [], null],
  ['goes where nothing was seen of it', null, null, [], null],
  ['stays where it is older', at(0), at(11), [], /^The namespace edge: it was there before the agent\./],
  ['stays where others’ objects are in it', at(0), at(2), [pod], /not Moorage’s: Pod edge\/theirs\./],
])('a namespace %s', (_what, createdAt, agentCreatedAt, foreign, expected) => {
  const why = whyNamespaceWillStay('edge', { createdAt, agentCreatedAt, foreign })
  if (expected === null) expect(why).toBeNull()
  else expect(why).toMatch(expected)
})
