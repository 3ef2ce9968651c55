import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const tracked = () =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter(file => file !== '')
const text = tracked().filter(file =>
  /\.(ts|tsx|md|json|ya?ml|sh|sql|css|html|go)$|^run$|^\.ci\/run$|\.npmrc$/.test(file),
)

function matching(pattern: RegExp, files = text): string[] {
  return files.filter(file => {
    try {
      return pattern.test(readFileSync(file, 'utf8'))
    } catch {
      return false // listed but deleted in the working tree
    }
  })
}

test('the lockfile records no download address', () => {
  expect(matching(/"resolved": *"https?:/, ['package-lock.json'])).toEqual([])
})

test('no file names a folder of one machine', () => {
  expect(matching(/["'`( ]\/(work|home\/[a-z]+|Users\/[a-z]+)\/[a-z]/)).toEqual([])
})

test('no test is skipped, lone or left for later', () => {
  expect(
    matching(
      /\b(it|test|describe)\.(skip|only|todo)\b/,
      text.filter(file => /\.tsx?$/.test(file) && file !== 'tests/rules/wording.test.ts'),
    ),
  ).toEqual([])
})
