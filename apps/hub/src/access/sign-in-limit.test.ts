import { describe, expect, test } from 'vitest'
import { signInLimit } from './sign-in-limit.ts'

const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000)

describe('the limit of failed sign-ins', () => {
  test('stops an address after so many, until its window is over', () => {
    const limit = signInLimit(2, 60_000)
    limit.failed('1.2.3.4', at(0))
    expect(limit.waitSeconds('1.2.3.4', at(1))).toBe(0)
    limit.failed('1.2.3.4', at(10))
    expect(limit.waitSeconds('1.2.3.4', at(11))).toBe(49)
    expect(limit.waitSeconds('1.2.3.5', at(11))).toBe(0)
    expect(limit.waitSeconds('1.2.3.4', at(60))).toBe(0)
    limit.failed('1.2.3.4', at(61))
    expect(limit.waitSeconds('1.2.3.4', at(62))).toBe(0)
  })

  test('takes a /64 of IPv6 for one address', () => {
    const limit = signInLimit(1, 60_000)
    limit.failed('2001:db8:1:2::1', at(0))
    expect(limit.waitSeconds('2001:db8:1:2:aaaa:bbbb:cccc:dddd', at(1))).toBeGreaterThan(0)
    expect(limit.waitSeconds('2001:db8:1:3::1', at(1))).toBe(0)
    limit.failed('::ffff:1.2.3.4', at(0))
    expect(limit.waitSeconds('::ffff:1.2.3.5', at(1))).toBe(0)
    limit.failed('fe80::1', at(0))
    expect(limit.waitSeconds('fe80::2', at(1))).toBeGreaterThan(0)
  })

  test('remembers a bounded number of addresses', () => {
    const limit = signInLimit(1, 60_000)
    limit.failed('first', at(0))
    for (let i = 0; i < 10_000; i += 1) limit.failed(`10.0.${i}`, at(0))
    expect(limit.waitSeconds('first', at(1))).toBe(0)
    expect(limit.waitSeconds('10.0.9999', at(1))).toBeGreaterThan(0)
  })
})
