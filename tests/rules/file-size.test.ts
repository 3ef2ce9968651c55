import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sources } from './sources.ts'

/** Lines. Above the soft limit a file needs its reason here; none may pass the hard one. */
const SOFT = 300
const HARD = 500
const MEDIAN = 100

/** Files between the two limits, each with the reason why it is one thing. */
const reasons: Record<string, string> = {
  'apps/hub/src/kubeproxy/proxy.kube.test.ts': 'every client’s way is tried on one hub with two control planes',
  'packages/removal/src/own.kube.test.ts':
    'each case is compared with one dump of one control plane, which takes long to make',
  'tests/story/import.story.test.ts': 'the story of one cluster from its import to its disconnect, on one hub',
}

const sizes = () => sources().map(file => ({ file, lines: readFileSync(file, 'utf8').split('\n').length }))

test('no file is over the hard limit', () => {
  expect(sizes().filter(({ lines }) => lines > HARD)).toEqual([])
})

test('a file over the soft limit has its reason written down', () => {
  expect(sizes().filter(({ file, lines }) => lines > SOFT && !reasons[file])).toEqual([])
})

test('every reason is still needed', () => {
  const over = sizes()
    .filter(({ lines }) => lines > SOFT)
    .map(({ file }) => file)
  expect(Object.keys(reasons).filter(file => !over.includes(file))).toEqual([])
})

test('the median file is small', () => {
  const lines = sizes()
    .map(size => size.lines)
    .sort((a, b) => a - b)
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(MEDIAN)
})
