import { expect, test } from 'vitest'
import { POD_NAME, saidPlainly, VERSION } from './said.ts'

test('what others say is one line in which nothing acts', () => {
  expect(saidPlainly('x509: unknown\u0000 authority\n\u001b[2J\u202egnp\u009b1m')).toBe(
    'x509: unknown  authority [2J gnp 1m',
  )
  expect(saidPlainly('half \ud800 of a pair')).toBe('half \ufffd of a pair')
  expect(saidPlainly('a'.repeat(2_000))).toHaveLength(1_000)
  expect(saidPlainly('größer als 日本語 👍')).toBe('größer als 日本語 👍')
})

test('names of pods and versions are names', () => {
  for (const name of ['moorage-agent-6d4f9c-x2x7p', 'agent_1.example', 'a']) expect(name).toMatch(POD_NAME)
  for (const name of ['', 'a\u0000', 'a\n', 'a b', '\u001b[2J', 'a'.repeat(254)]) expect(name).not.toMatch(POD_NAME)
  for (const version of ['0.1.0', '1.2.3-rc.1+abc', '0.1.0~dirty']) expect(version).toMatch(VERSION)
  for (const version of ['', '1\u0000', '1.0\n', '1 0', '1'.repeat(65)]) expect(version).not.toMatch(VERSION)
})
