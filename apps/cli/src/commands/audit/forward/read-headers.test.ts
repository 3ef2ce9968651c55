import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CliError } from '../../../failure.ts'
import { readHeaders } from './read-headers.ts'

test('headers are read as curl’s files have them', () => {
  expect(readHeaders('# of the collector\r\nAuthorization: Bearer a:b c\n\n  X-Org:7 \n')).toEqual({
    Authorization: 'Bearer a:b c',
    'X-Org': '7',
  })
})

test('what is no header is said by its line, and not repeated', () => {
  expect(() => readHeaders('A: b\nplanted secret')).toThrow('Line 2 of the headers is none.')
})

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      try {
        for (const value of Object.values(readHeaders(text))) expect(value).not.toBe('')
      } catch (error) {
        expect(error).toBeInstanceOf(CliError)
      }
    }),
  )
})
