import type { ProofReport } from '@moorage/contract/agent.ts'
import { expect, test } from 'vitest'
import { proofText } from './prove.ts'

const report: ProofReport = {
  cluster: 'edge',
  uid: 'u',
  mode: 'read-only',
  at: '2026-01-01T00:00:00Z',
  proofs: [
    {
      name: 'read a Secret',
      request: 'GET /api/v1/secrets',
      walls: [
        { wall: 'hub', outcome: 'refused', answer: '403' },
        { wall: 'agent', outcome: 'passed', answer: '200' },
      ],
    },
  ],
  holds: false,
  signature: '',
  key: JSON.stringify({ kty: 'OKP', kid: 'thumb' }),
}

test('a wall that lets something pass is seen, and so is one that was not tried', () => {
  const text = proofText(report, (_style, words) => words)
  expect(text).toMatch(/read a Secret +refused +PASSED +–/)
  expect(text).toContain('A wall does not hold.')
  expect(text).toContain('Signed with the hub’s key thumb')
})
