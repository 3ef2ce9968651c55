import { describe, expect, test } from 'vitest'
import { isDirect } from './no-proxy.ts'

describe('is dialled directly', () => {
  test.each([
    ['*', 'hub.example.com', 443],
    ['hub.example.com', 'hub.example.com', 443],
    ['HUB.example.com', 'hub.EXAMPLE.com', 443],
    ['hub.example.com', 'hub.example.com.', 443],
    ['example.com', 'hub.example.com', 443],
    ['.example.com', 'hub.example.com', 443],
    ['.example.com', 'example.com', 443],
    ['*.example.com', 'hub.example.com', 443],
    ['a.test, example.com ,b.test', 'hub.example.com', 443],
    ['a.test hub.example.com', 'hub.example.com', 443],
    ['hub.example.com:8443', 'hub.example.com', 8443],
    ['10.0.0.7', '10.0.0.7', 443],
    ['10.0.0.0/8', '10.200.0.7', 443],
    ['10.0.0.0/8:8443', '10.200.0.7', 8443],
    ['fd00::/8', '[fd00::7]', 443],
    ['[fd00::7]:443', 'fd00::7', 443],
    ['fd00::7', 'fd00:0::7', 443],
    ['127.0.0.1', '127.0.0.1', 6443],
  ])('%s: %s', (list, host, port) => {
    expect(isDirect(list, host, port)).toBe(true)
  })
})

describe('goes through the proxy', () => {
  test.each([
    ['', 'hub.example.com', 443],
    [' , ', 'hub.example.com', 443],
    ['other.com', 'hub.example.com', 443],
    ['b.example.com', 'hub.example.com', 443],
    ['example.com', 'notexample.com', 443],
    ['hub.example.com', 'example.com', 443],
    ['hub.example.com:8443', 'hub.example.com', 443],
    ['10.0.0.0/8', '11.0.0.7', 443],
    ['10.0.0.0/8', '10.example.com', 443],
    ['10.0.0.0/99', '10.0.0.7', 443],
    ['10.0.0.0/', '10.0.0.7', 443],
    ['0.0.0.7', '10.0.0.7', 443],
    ['7', '10.0.0.7', 443],
    ['.', 'hub.example.com', 443],
    ['fd00::/8', 'fe80::7', 443],
  ])('%s: %s', (list, host, port) => {
    expect(isDirect(list, host, port)).toBe(false)
  })
})
