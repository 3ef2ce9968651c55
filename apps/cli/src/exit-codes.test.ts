import { type ErrorCode, errorTable } from '@moorage/contract/errors.ts'
import { expect, test } from 'vitest'
import { exitCodeMeanings, exitCodeOf, exitCodes } from './exit-codes.ts'
import { CliError, cancelled, usage } from './failure.ts'
import { reportError, wantsJson } from './report-error.ts'
import { runCli, testIo } from './test-io.ts'

test.each<[ErrorCode, number]>([
  ['cluster_not_found', 3],
  ['unauthenticated', 4],
  ['delete_not_allowed', 4],
  ['name_taken', 5],
  ['cluster_exists', 5],
  ['unavailable', 6],
  ['tls_failed', 7],
  ['credential_rejected', 7],
  ['cluster_unreachable', 7],
  ['agent_disconnected', 7],
  ['recording_unavailable', 6],
  ['invalid_kubeconfig', 2],
  ['internal', 1],
])('%s ends with %i', (code, exit) => {
  expect(exitCodeOf(code)).toBe(exit)
})

test('every exit code is documented, and help prints them', async () => {
  for (const code of Object.values(exitCodes)) expect(exitCodeMeanings[code]).toBeTruthy()
  const { out } = await runCli(['help', 'exit-codes'])
  for (const code of Object.values(exitCodes)) expect(out).toMatch(new RegExp(`^${code}:`, 'm'))
})

test('every problem of the API has an exit code that is not 0', () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) expect(exitCodeOf(code)).toBeGreaterThan(0)
})

const problem = {
  type: 'x',
  title: 'x',
  status: 404,
  code: 'cluster_not_found',
  detail: 'No cluster “prod”.',
  fix: 'List them.',
}
const thrown = Object.assign(new Error(problem.detail), { problem })

test('a problem is printed in the words of the hub, then what would be right', () => {
  const { io, err, out } = testIo()
  expect(reportError(io, thrown, false)).toBe(3)
  expect(err()).toBe('Error: No cluster “prod”.\nList them.\n')
  expect(out()).toBe('')
})

test('with -o json the problem itself is printed, on standard error', () => {
  const { io, err } = testIo()
  expect(reportError(io, thrown, true)).toBe(3)
  expect(JSON.parse(err())).toEqual(problem)
})

test('an error of the command line itself is JSON, too', () => {
  const { io, err } = testIo()
  expect(reportError(io, usage('No.', 'Yes.'), true)).toBe(2)
  expect(JSON.parse(err())).toEqual({ code: 'usage', detail: 'No.', fix: 'Yes.' })
})

test('an error that carries terminal commands is printed without them', () => {
  const { io, err } = testIo()
  reportError(io, new Error('bad \x1b[2J thing'), false)
  expect(err()).not.toContain('\x1b')
})

test('a no is not a failure, and Ctrl-C is neither', () => {
  expect(reportError(testIo().io, cancelled(), false)).toBe(8)
  expect(reportError(testIo({ signal: AbortSignal.abort() }).io, new Error('aborted'), false)).toBe(130)
  const { io, err } = testIo({ signal: AbortSignal.abort() })
  expect(reportError(io, new CliError('rollback_incomplete', 1, 'Stopped.', { choices: ['Namespace x'] }), false)).toBe(
    1,
  )
  expect(err()).toContain('Namespace x')
})

test('JSON is recognised in every way to write it', () => {
  for (const args of [['-o', 'json'], ['-ojson'], ['--output', 'json'], ['--output=json']])
    expect(wantsJson(['get', 'x', ...args])).toBe(true)
  expect(wantsJson(['get', 'json', '-o', 'yaml'])).toBe(false)
})
