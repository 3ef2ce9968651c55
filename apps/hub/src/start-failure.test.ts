import { describe, expect, test } from 'vitest'
import { ConfigError } from './config/config-error.ts'
import { startFailure } from './start-failure.ts'
import { StoreError } from './store/store-error.ts'

const listen = { host: '::1', port: 443 }
const system = (code: string, syscall: string) => Object.assign(new Error(`${code}: ${syscall}`), { code, syscall })

describe('a start that fails', () => {
  test.each([
    [system('EADDRINUSE', 'listen'), 1, /\[::1\]:443 is in use/],
    [system('EACCES', 'listen'), 1, /may not be listened on/],
    [system('EADDRNOTAVAIL', 'listen'), 1, /no address \[::1\]:443/],
    [system('ENOTFOUND', 'getaddrinfo'), 1, /no address/],
    [system('EACCES', 'open'), 1, /may not use its files.*--data/],
    [system('ENOSPC', 'write'), 1, /disk is full/],
    [new ConfigError('--listen', 'Wrong.'), 2, /^Wrong\.$/],
    [new StoreError('data_dir_locked', 'Locked.'), 1, /^Locked\.$/],
  ])('says %s in a sentence', (error, code, sentence) => {
    expect(startFailure(error, listen)).toMatchObject({ code, sentence: expect.stringMatching(sentence) })
  })

  test('leaves a bug to be told as it is', () => {
    expect(startFailure(new TypeError('x is not a function'), listen)).toBeNull()
  })
})
