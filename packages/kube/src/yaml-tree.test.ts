import { describe, expect, test } from 'vitest'
import { kubeconfig, refusal } from '../test/kubeconfig.ts'

describe('files that can not be read', () => {
  const cases: [string, string, number | undefined, RegExp][] = [
    ['nothing', '', undefined, /empty/],
    ['a list', '- a', 1, /not a mapping/],
    ['tabs', 'a: 1\n\tb: 2', 2, /tab/],
    ['a bracket that does not close', 'a: 1\nb: [1, 2', 2, /can not be read/],
    ['a key twice', 'a: 1\nb: 2\na: 3', 3, /twice/],
    ['a key that objects reserve', 'a: 1\n__proto__: {b: 1}', 2, /reserved/],
    ['the same further in', 'a:\n  constructor: 1', 2, /reserved/],
    ['anchors', 'a: &x [1]\nb: *x', 1, /anchors/],
    [
      'an alias bomb',
      `a: &a [x,x]\n${'bcdefgh'
        .split('')
        .map((l, i) => `${l}: &${l} [*${'abcdefg'[i]},*${'abcdefg'[i]}]`)
        .join('\n')}`,
      1,
      /anchors/,
    ],
    ['merge keys', 'a: &x {b: 1}\nc:\n  <<: *x', 1, /anchors/],
    ['two documents', 'a: 1\n---\nb: 2', 2, /several YAML documents/],
    ['a tag', 'a: !!binary aGVsbG8=', 1, /tag/],
    ['a list as key', '? [a]\n: b', 1, /not text/],
    ['another kind', 'kind: Secret', 1, /not Config/],
    ['contexts that are no list', 'contexts: {a: b}', 1, /must be a list/],
    ['an entry without a name', 'contexts:\n- context: {}', 2, /no name/],
    ['two entries of one name', 'contexts:\n- name: a\n- name: a', 3, /two entries/],
    ['depth', '['.repeat(60) + ']'.repeat(60), 1, /levels deep|can not be read/],
    ['great depth', '{a: '.repeat(20_000), undefined, /can not be read|more entries/],
  ]
  test.each(cases)('%s', (_, text, line, message) => {
    const error = refusal(text)
    expect(error.message).toMatch(message)
    if (line !== undefined) expect(error.line).toBe(line)
  })

  test('more than a mebibyte', () => {
    expect(refusal(`a: ${'x'.repeat(1024 * 1024)}`).code).toBe('too_large')
  })

  test('a mebibyte of brackets is refused within a second', () => {
    const before = performance.now()
    expect(refusal(']'.repeat(1024 * 1024)).code).toBe('too_large')
    expect(performance.now() - before).toBeLessThan(1_000)
  })

  test('a syntax error next to a token is told without the line it is on', () => {
    const error = refusal('users:\n- name: a\n  user:\n    token: "sesame-open-1234" sesame-again-5678: [')
    expect(error.line).toBe(4)
    expect(JSON.stringify(error) + error.stack).not.toMatch(/sesame/)
  })

  test('a name that holds the token is not shown', () => {
    const text = kubeconfig(file => {
      file.contexts.push({ name: 'sesame-open-1234', context: { cluster: 'prod', user: 'admin' } })
    })
    const error = refusal(text)
    expect(error.choices).toEqual(['admin@prod', '(not shown)'])
    expect(JSON.stringify(error) + error.stack).not.toMatch(/sesame/)
  })
})
