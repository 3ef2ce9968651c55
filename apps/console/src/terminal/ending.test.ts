import { ProblemError } from '@moorage/client/problem-error.ts'
import { expect, test } from 'vitest'
import { endingWords } from './ending.ts'

test('an exit code is told where it is not 0', () => {
  expect(endingWords({ kind: 'exited', code: 0 })).toMatchObject({ title: 'The session has ended', bad: false })
  expect(endingWords({ kind: 'exited', code: 130 }).title).toContain('130')
})

test('what the hub refuses is told in its words, and whether it had begun', () => {
  const problem = {
    type: 'about:blank',
    title: 'Not allowed',
    status: 403,
    code: 'forbidden',
    detail: 'Because.',
  } as const
  const error = new ProblemError(problem)
  expect(endingWords({ kind: 'refused', error, cut: false })).toEqual({
    title: 'Not allowed',
    detail: 'Because.',
    fix: null,
    bad: true,
  })
  expect(endingWords({ kind: 'refused', error, cut: true }).title).toBe('The session was cut: Not allowed')
})

test('each other ending has words of its own', () => {
  const titles = [
    endingWords({ kind: 'failed', message: 'no bash' }),
    endingWords({ kind: 'gone' }),
    endingWords({ kind: 'lost', wasOpen: true, idleMs: 0 }),
    endingWords({ kind: 'lost', wasOpen: true, idleMs: 30 * 60_000 }),
    endingWords({ kind: 'lost', wasOpen: false, idleMs: 0 }),
  ].map(({ title }) => title)
  expect(new Set(titles).size).toBe(titles.length)
})
