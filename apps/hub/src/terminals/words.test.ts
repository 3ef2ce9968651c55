import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWords } from './words.ts'

/** Any code units: control characters and halves of pairs among them. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 30 })
  .map(codes => String.fromCharCode(...codes))

/** Any text as one word of a shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

describe('the words of a line', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['  get\tpods  ', ['get', 'pods']],
    [`-l 'app=web, tier in (a,b)'`, ['-l', 'app=web, tier in (a,b)']],
    [`-p '{"spec":{"replicas":2}}'`, ['-p', '{"spec":{"replicas":2}}']],
    [`a"b c"d'e f'g`, ['ab cde fg']],
    [`"" ''`, ['', '']],
    ['a\\ b \\$HOME', ['a b', '$HOME']],
    [`"a\\"b\\\\c\\d\\$e"`, [`a"b\\c\\d$e`]],
    [`'a\\b|$x'`, ['a\\b|$x']],
    ['-o=jsonpath={.items[0].metadata.name}', ['-o=jsonpath={.items[0].metadata.name}']],
    ['größe 名前', ['größe', '名前']],
  ])('%j', (line, words) => {
    expect(readWords(line)).toEqual({ words })
  })

  test.each<[string, RegExp]>([
    ['get pods | grep x', /^Pipes/],
    ['get pods > file', /^Redirects/],
    ['get pods < file', /^Redirects/],
    ['get pods; delete pods --all', /^Several commands/],
    ['get pods && reboot', /^Several commands/],
    ['get pods $NAME', /^Variables/],
    ['get pods "$(whoami)"', /^Variables/],
    ['get pods `whoami`', /^Variables/],
    ['(get pods)', /^Subshells/],
    ['get pods web-*', /^Wildcards/],
    ['get -f ~/a.yaml', /home folder/],
    ['get pods\ndelete pods', /line break/],
    ['get pods \u0000', /control character/],
    ['get pods \u001b[2J', /control character/],
    [`get 'pods`, /opened and not closed/],
    ['get pods \\', /ends with a backslash/],
    [Array(300).fill('a').join(' '), /more than 256 words/],
  ])('refuses %j and says what it is', (line, why) => {
    expect(readWords(line)).toEqual({ refused: expect.stringMatching(why) })
  })

  test('are those that were quoted, whatever is in them', () => {
    const plain = anyText.filter(text => !/[\x00-\x08\x0a-\x1f\x7f\u2028\u2029]/.test(text))
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 20 }), words => {
        expect(readWords(words.map(quoted).join(' '))).toEqual({ words })
      }),
    )
  })

  test('come of any line, or a sentence does', () => {
    fc.assert(
      fc.property(anyText, line => {
        const read = readWords(line)
        if ('refused' in read) expect(read.refused).toMatch(/^[A-Z].*\.$/s)
        else expect(read.words.join('')).not.toMatch(/[\x00-\x08\x0a-\x1f]/)
      }),
    )
  })
})
