import { ProblemError } from '@moorage/client/problem-error.ts'
import { HubUnreachableError } from '@moorage/client/unreachable-error.ts'
import { expect, test } from 'vitest'
import { isNotFound, isSignedOut, troubleOf } from './problem.ts'
import { shouldRetry } from './retry.ts'

const problem = (code: 'unauthenticated' | 'cluster_not_found' | 'unavailable', status: number) =>
  new ProblemError({ type: 'about:blank', title: 'Title', status, code, detail: 'A sentence.', fix: 'Do this.' })

test('a problem is shown in the words of the API', () => {
  expect(troubleOf(problem('unavailable', 503))).toEqual({
    title: 'Title',
    detail: 'A sentence.',
    fix: 'Do this.',
    choices: [],
    code: 'unavailable',
  })
})

test('a hub that gives no answer is called so', () => {
  const trouble = troubleOf(new HubUnreachableError('https://hub', new Error('refused')))
  expect(trouble.title).toBe('The hub does not answer')
  expect(trouble.detail).toContain('refused')
})

test('anything else still says something', () => {
  expect(troubleOf('nonsense').detail).toMatch(/\.$/)
})

test('an ended session and a missing cluster are told apart', () => {
  expect([isSignedOut(problem('unauthenticated', 401)), isNotFound(problem('unauthenticated', 401))]).toEqual([
    true,
    false,
  ])
  expect([isSignedOut(problem('cluster_not_found', 404)), isNotFound(problem('cluster_not_found', 404))]).toEqual([
    false,
    true,
  ])
})

test('only what can heal by itself is tried again, and not for ever', () => {
  expect(shouldRetry(0, problem('cluster_not_found', 404))).toBe(false)
  expect(shouldRetry(0, problem('unavailable', 503))).toBe(true)
  expect(shouldRetry(0, new HubUnreachableError('https://hub', null))).toBe(true)
  expect(shouldRetry(3, problem('unavailable', 503))).toBe(false)
})
