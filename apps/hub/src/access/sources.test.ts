import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comesFrom, readSource } from './sources.ts'

const within = (address: string, ...ranges: string[]) => comesFrom(address, ranges.map(readSource))

describe('addresses that requests come from', () => {
  test.each([
    ['10.1.2.3', ['10.0.0.0/8'], true],
    ['11.0.0.0', ['10.0.0.0/8'], false],
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['::ffff:a01:203', ['10.0.0.0/8'], true],
    ['10.1.2.3', ['::ffff:10.0.0.0/104'], true],
    ['10.255.2.3', ['::ffff:10.0.0.0/104'], true],
    ['11.1.2.3', ['::ffff:10.0.0.0/104'], false],
    ['192.0.2.7', ['10.0.0.0/8', '192.0.2.7'], true],
    ['fd00::1', ['fd00::/8'], true],
    ['fe80::1%eth0', ['fe80::/10'], true],
    ['fd00::1', ['10.0.0.0/8'], false],
    ['10.0.0.1', ['::/0'], false],
    ['::1', ['0.0.0.0/0'], false],
    ['203.0.113.9', ['0.0.0.0/0'], true],
    ['', ['0.0.0.0/0', '::/0'], false],
    ['nowhere', ['0.0.0.0/0', '::/0'], false],
    ['10.0.0.1', [], false],
  ])('%j in %j: %s', (address, ranges, expected) => expect(within(address, ...ranges)).toBe(expected))

  test.each(['', '10', '10.1', '010.0.0.1', '0x0a.0.0.1', '10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8'])(
    '%j is no range',
    text => expect(() => readSource(text)).toThrow(/^"/),
  )
  test.each(['fd00::1/8', 'fd00::/129', 'fe80::%eth0/10', ':::', 'example.com', '10.0.0.0-10.0.0.9', '10.0.0.0/ 8'])(
    '%j is none either',
    text => expect(() => readSource(text)).toThrow(/^"/),
  )

  test('are compared bit by bit', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff })
    const text = (n: number) => [24, 16, 8, 0].map(shift => (n >>> shift) & 255).join('.')
    fc.assert(
      fc.property(number, number, fc.integer({ min: 0, max: 32 }), fc.boolean(), (one, other, bits, near) => {
        const mask = bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0
        const base = (one & mask) >>> 0
        // Two addresses seldom lie in one range by chance.
        const address = near ? (base | (other & ~mask)) >>> 0 : other
        const expected = (address & mask) >>> 0 === base
        expect(within(text(address), `${text(base)}/${bits}`)).toBe(expected)
        expect(within(`::ffff:${text(address)}`, `${text(base)}/${bits}`)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test('no text does anything but be read or be refused with a sentence', () => {
    const word = fc.constantFrom('10', '.', ':', '::', '/', '0', 'fd00', 'ffff', '8', '%', 'x', '999', ' ')
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(word, { maxLength: 12 }).map(words => words.join('')),
    )
    fc.assert(
      fc.property(text, given => {
        let range: ReturnType<typeof readSource>
        try {
          range = readSource(given)
        } catch (error) {
          expect((error as Error).message).toMatch(/^".*" (is not an address|has an address beyond)/s)
          return
        }
        expect(comesFrom(range[0].toString(), [range])).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })
})
