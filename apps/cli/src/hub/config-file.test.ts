import { expect, test } from 'vitest'
import { withCa } from './config-file.ts'

test('another CA is taken up where the one before was saved for the same hub, and nowhere else', () => {
  const context = (name: string, url: string, ca?: string) => ({ name, url, token: 't', ...(ca && { ca }) })
  const config = {
    current: 'a',
    contexts: [
      context('a', 'https://hub', 'old'),
      context('b', 'https://hub', 'old'),
      context('c', 'https://hub'),
      context('d', 'https://hub', 'of their own'),
      context('e', 'https://other', 'old'),
    ],
  }
  const after = withCa(config, { url: 'https://hub', ca: 'old' }, 'old and new')
  expect(after.contexts.map(({ ca }) => ca)).toEqual(['old and new', 'old and new', undefined, 'of their own', 'old'])
  expect(after.current).toBe('a')
})
