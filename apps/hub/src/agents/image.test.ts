import { expect, test } from 'vitest'
import { agentImage } from './image.ts'

test.each<[string | null, string]>([
  [null, 'moorage/agent:1.2.3'],
  ['registry.example.org/mirror/agent', 'registry.example.org/mirror/agent:1.2.3'],
  ['registry.example.org:5000/agent', 'registry.example.org:5000/agent:1.2.3'],
  ['agent', 'agent:1.2.3'],
  ['registry.example.org:5000/agent:tested', 'registry.example.org:5000/agent:tested'],
  [`registry.example.org/agent@sha256:${'a'.repeat(64)}`, `registry.example.org/agent@sha256:${'a'.repeat(64)}`],
])('the image of %s', (reference, expected) => {
  expect(agentImage('1.2.3', reference)).toBe(expected)
})
