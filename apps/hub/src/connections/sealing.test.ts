import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeSealer, Sealed } from './sealing.ts'
import { parseSealingKey, SealingError, SealingKey } from './sealing-key.ts'

const key = (seed: number) => new SealingKey(Buffer.alloc(32, seed))
const sealer = makeSealer([key(1)])

describe('sealing', () => {
  test('gives back what was sealed, and never shows it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        const { sealed, keyId } = sealer.seal(plain, context)
        expect(sealer.open(sealed, context)).toBe(plain)
        expect(keyId).toBe(key(1).id)
        if (plain.length > 8) expect(sealed).not.toContain(plain)
      }),
    )
  })

  test('the same value is sealed differently each time', () => {
    expect(sealer.seal('a', 'c').sealed).not.toBe(sealer.seal('a', 'c').sealed)
  })

  test('refuses a value of another context', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (plain, context, other) => {
        fc.pre(context !== other)
        const { sealed } = sealer.seal(plain, context)
        expect(() => sealer.open(sealed, other)).toThrow(SealingError)
      }),
    )
  })

  test('refuses a value in which any character was changed, taken out or added', () => {
    const { sealed } = sealer.seal('the secret of a cluster', 'cluster-1')
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, put) => {
        const tampered = sealed.slice(0, at) + put + sealed.slice(at + 1)
        fc.pre(tampered !== sealed)
        expect(() => sealer.open(tampered, 'cluster-1')).toThrow(SealingError)
      }),
      { numRuns: 500 },
    )
  })

  test('says which key is missing', () => {
    const { sealed } = sealer.seal('a', 'c')
    expect(() => makeSealer([key(2)]).open(sealed, 'c')).toThrow(
      expect.objectContaining({ code: 'sealing_key_missing', message: expect.stringContaining(key(1).id) }),
    )
  })

  test('opens with older keys, seals with the newest, and reseals', () => {
    const { sealed } = sealer.seal('a', 'c')
    const rotated = makeSealer([key(2), key(1)])
    expect(rotated.open(sealed, 'c')).toBe('a')
    const again = rotated.reseal(sealed, 'c')!
    expect(again.keyId).toBe(key(2).id)
    expect(makeSealer([key(2)]).open(again.sealed, 'c')).toBe('a')
    expect(rotated.reseal(again.sealed, 'c')).toBeNull()
  })

  test('an error says nothing of the value', () => {
    const { sealed } = sealer.seal('planted-secret', 'c')
    const error = (() => {
      try {
        sealer.open(sealed, 'd')
      } catch (caught) {
        return caught
      }
    })()
    expect(inspect(error)).not.toContain('planted-secret')
  })
})

describe('a sealed value', () => {
  const value = new Sealed('planted-secret')
  test.each([
    ['template', `${value}`],
    ['concatenation', `a${String(value)}`],
    ['JSON', JSON.stringify({ value })],
    ['inspect', inspect({ deep: { value } }, { depth: 9, showHidden: true })],
    ['keys', Object.values(value).join()],
    ['spread', JSON.stringify({ ...value })],
  ])('does not show in a %s', (_, shown) => {
    expect(shown).not.toContain('planted-secret')
  })

  test('is revealed on purpose only', () => {
    expect(value.reveal()).toBe('planted-secret')
  })
})

describe('a sealing key', () => {
  const bytes = randomBytes(32)
  test.each([
    ['base64', bytes.toString('base64')],
    ['base64url without padding', bytes.toString('base64url')],
    ['hex with a newline', `${bytes.toString('hex')}\n`],
  ])('is read from %s', (_, text) => {
    expect(parseSealingKey(text, 'x').id).toBe(new SealingKey(bytes).id)
  })

  test.each(['', 'short', 'planted-secret-that-is-no-key', bytes.toString('base64').slice(1)])(
    'refuses %j without repeating it',
    text => {
      const read = () => parseSealingKey(text, '/keys/a.key')
      expect(read).toThrow(/\/keys\/a\.key is neither/)
      if (text.length > 4) expect(read).not.toThrow(new RegExp(text.slice(0, 12).replace(/[+/]/g, '.')))
    },
  )

  test('does not show its bytes', () => {
    const shown = new SealingKey(Buffer.from('planted-secret-of-exactly-32-by!'))
    expect(JSON.stringify(shown) + inspect(shown, { depth: 9, showHidden: true })).not.toMatch(/planted|70 6c 61|112,/)
  })
})
