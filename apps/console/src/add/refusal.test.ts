import { ProblemError } from '@moorage/client/problem-error.ts'
import type { Problem } from '@moorage/contract/problem.ts'
import { expect, test } from 'vitest'
import { refusalOf } from './refusal.ts'

const known = ['name', 'context', 'kubeconfig', 'agent.caBundle']
const refused = (problem: Partial<Problem>) =>
  refusalOf(
    new ProblemError({ type: 'x', title: 'T', status: 400, code: 'bad_request', detail: 'Wrong.', ...problem }),
    known,
  )

test('a refusal stands at its field with what would be right', () => {
  expect(refused({ code: 'name_taken', fix: 'Choose another.' })).toEqual({
    fields: { name: 'Wrong. Choose another.' },
    whole: false,
  })
  expect(refused({ fields: [{ path: 'agent.caBundle', message: 'is no PEM' }], fix: 'Send PEM.' })).toEqual({
    fields: { 'agent.caBundle': 'Wrong. Send PEM.' },
    whole: false,
  })
})

test('the choice of a context is told without the flag of the command line', () => {
  expect(refused({ code: 'context_required', fix: 'Choose one with --context.' }).fields).toEqual({ context: 'Wrong.' })
})

test('several faults are shared out, and told as a whole too where the form lacks one of the fields', () => {
  const name = { path: 'name', message: 'is taken' }
  const kubeconfig = { path: 'kubeconfig', message: 'is empty' }
  expect(refused({ fields: [name, kubeconfig] })).toEqual({
    fields: { name: 'is taken', kubeconfig: 'is empty' },
    whole: false,
  })
  expect(refused({ fields: [name, { path: 'other', message: 'x' }] })).toEqual({
    fields: { name: 'is taken' },
    whole: true,
  })
})

test('what no field is the place for is told as a whole', () => {
  expect(refused({ code: 'tls_failed' })).toEqual({ fields: {}, whole: true })
  expect(refusalOf(new Error('offline'), known)).toEqual({ fields: {}, whole: true })
})
