import { expect, test } from 'vitest'
import { CliError } from '../failure.ts'
import { hubUrl, resolveHub } from './resolve.ts'

const config = {
  current: 'prod',
  contexts: [
    { name: 'prod', url: 'https://prod', token: 'p', ca: 'PEM' },
    { name: 'lab', url: 'https://lab', token: 'l' },
  ],
}

test('the current one, where nothing else is said', () => {
  expect(resolveHub(config, {}, undefined)).toMatchObject({ url: 'https://prod', token: 'p', ca: 'PEM' })
})

test('--hub goes before the environment, whose token it never takes along', () => {
  expect(resolveHub(config, { MOORAGE_URL: 'https://env', MOORAGE_TOKEN: 'e', MOORAGE_CA: '/ca' }, 'lab')).toEqual({
    url: 'https://lab',
    token: 'l',
    from: 'context "lab"',
  })
})

test('the environment goes before the current one', () => {
  expect(resolveHub(config, { MOORAGE_URL: 'env:1', MOORAGE_TOKEN: 'e', MOORAGE_CA: '/ca' }, undefined)).toEqual({
    url: 'https://env:1',
    token: 'e',
    caPath: '/ca',
    from: 'MOORAGE_URL',
  })
})

test('a URL of the environment without a token does not get the saved one', () => {
  expect(() => resolveHub(config, { MOORAGE_URL: 'https://env' }, undefined)).toThrow('MOORAGE_TOKEN')
})

test('a token of the environment alone is for the current hub', () => {
  expect(resolveHub(config, { MOORAGE_TOKEN: 'e' }, undefined)).toMatchObject({ url: 'https://prod', token: 'e' })
})

test('an unknown name lists the known ones', () => {
  const error = (() => {
    try {
      return resolveHub(config, {}, 'x')
    } catch (caught) {
      return caught as CliError
    }
  })()
  expect(error).toBeInstanceOf(CliError)
  expect(error).toMatchObject({ exitCode: 3, choices: ['prod', 'lab'] })
})

test.each([
  ['hub.example.org', 'https://hub.example.org'],
  ['http://127.0.0.1:80/', 'http://127.0.0.1'],
  ['https://h/api/v1/', 'https://h'],
  ['https://h/base', 'https://h/base'],
])('%s is %s', (text, url) => {
  expect(hubUrl(text)).toBe(url)
})

test.each(['https://u:p@h', 'https://h?x=1', 'ht tp://', ''])('"%s" is no address', text => {
  expect(() => hubUrl(text)).toThrow('is not the address of a hub')
})
