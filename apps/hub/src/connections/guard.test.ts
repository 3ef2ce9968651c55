import type { LookupAddress } from 'node:dns'
import { connect, createServer } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRange } from './addresses.ts'
import { AddressRefusedError, addressGuard, type ResolveAll } from './guard.ts'

const open = { allowed: [], denied: [] }
const noResolver: ResolveAll = (_host, _options, done) => done(new Error('nothing may be resolved here'), [])
const answering =
  (...addresses: string[]): ResolveAll =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
const byDefault = addressGuard(open, noResolver)
const refusedBy = (guard: typeof byDefault, host: string) =>
  guard.check(host).then(
    addresses => `allowed ${addresses}`,
    error => (error instanceof AddressRefusedError ? 'refused' : `failed: ${error}`),
  )

describe('by default', () => {
  test.each([
    '127.0.0.1',
    '[::1]',
    '10.1.2.3',
    '192.168.1.1',
    '172.16.0.9',
    '100.64.0.1',
    '[fd12:3456::1]',
    '8.8.8.8',
    '[2606:4700::1111]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::8.8.8.8]',
  ])('%s may be dialled', async host => {
    expect(await refusedBy(byDefault, host)).toMatch(/^allowed/)
  })

  test.each([
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
    '[::]',
    '[fe80::1]',
    '[febf::1]',
    '[ff02::1]',
    '[fd00:ec2::254]',
    '[fd00:ec2::23]',
    '[fd20:ce::254]',
    // IPv6 forms of 169.254.169.254
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[::169.254.169.254]',
    '[::ffff:0:169.254.169.254]',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b:1::169.254.169.254]',
    '[64:ff9b:1:a9fe:a9:fe00::]',
    '[2002:a9fe:a9fe::1]',
    '[2001:0:a9fe:a9fe::1]',
    '[2001:0:808:808:0:0:5601:5601]',
    '[2606:4700::5efe:169.254.169.254]',
    // other spellings of 169.254.169.254
    '2852039166',
    '0xa9fea9fe',
    '0xa9.0xfe.0xa9.0xfe',
    '0251.0376.0251.0376',
    '169.16689662',
    '169.254.43518',
    '①⑥⑨.254.169.254',
    '169.254.169.254.',
    'fe80::1%eth0',
    '[fe80::1%25eth0]',
    '::ffff:169.254.169.254',
  ])('%s is never dialled', async host => {
    expect(await refusedBy(byDefault, host)).toBe('refused')
  })

  test.each(['', 'a b', 'user@host', 'host/path', 'host:80', 'host?x', 'host#x', '[::1'])(
    '%j is not a host',
    async host => {
      expect(await refusedBy(byDefault, host)).toBe('refused')
    },
  )

  test('any IPv4 address that is never dialled is not dialled in an IPv6 form either', async () => {
    const last = fc.integer({ min: 0, max: 255 })
    const forms = (a: number, b: number, c: number, d: number) => {
      const hex = (x: number, y: number) => ((x << 8) | y).toString(16)
      const [high, low] = [hex(a, b), hex(c, d)]
      return [
        `[::ffff:${high}:${low}]`,
        `[64:ff9b::${high}:${low}]`,
        `[2002:${high}:${low}::]`,
        `[2001::${hex(255 - a, 255 - b)}:${hex(255 - c, 255 - d)}]`,
      ]
    }
    await fc.assert(
      fc.asyncProperty(last, last, async (c, d) => {
        for (const host of [`169.254.${c}.${d}`, ...forms(169, 254, c, d), ...forms(224, 0, c, d)])
          expect(await refusedBy(byDefault, host), host).toBe('refused')
      }),
    )
  })
})

describe('the operator’s ranges', () => {
  test('only what is allowed may be dialled, and what is denied may not', async () => {
    const guard = addressGuard({ allowed: ['10.0.0.0/8', 'fd00::/8'], denied: ['10.9.0.0/16'] }, noResolver)
    expect(await refusedBy(guard, '10.1.1.1')).toBe('allowed 10.1.1.1')
    expect(await refusedBy(guard, '[::ffff:10.1.1.1]')).toMatch(/^allowed/)
    expect(await refusedBy(guard, '10.9.1.1')).toBe('refused')
    expect(await refusedBy(guard, '[::ffff:10.9.1.1]')).toBe('refused')
    expect(await refusedBy(guard, '11.0.0.1')).toBe('refused')
    expect(await refusedBy(guard, '127.0.0.1')).toBe('refused')
    expect(await refusedBy(guard, '[fd01::1]')).toMatch(/^allowed/)
  })

  test('allowing everything does not allow metadata', async () => {
    const guard = addressGuard({ allowed: ['0.0.0.0/0', '::/0', '169.254.169.254'], denied: [] }, noResolver)
    expect(await refusedBy(guard, '169.254.169.254')).toBe('refused')
    expect(await refusedBy(guard, '8.8.8.8')).toMatch(/^allowed/)
  })

  test('a denied IPv4 range is denied in its IPv6 forms', async () => {
    const guard = addressGuard({ allowed: [], denied: ['10.0.0.0/8'] }, noResolver)
    for (const host of ['10.0.0.1', '[64:ff9b::10.0.0.1]', '[2002:a00:1::]', '[::10.0.0.1]'])
      expect(await refusedBy(guard, host), host).toBe('refused')
  })

  test('a range that can not be read is refused with a sentence', () => {
    expect(() => addressGuard({ allowed: ['10.0.0.0/99'], denied: [] })).toThrow(
      '"10.0.0.0/99" is not an address range',
    )
    expect(readRange('10.0.0.1')[1]).toBe(32)
  })
})

describe('a name', () => {
  const lookup = (guard: typeof byDefault, host: string, all: boolean) =>
    new Promise<unknown>((resolve, reject) =>
      guard.lookup(host, { all }, (error, address, family) => (error ? reject(error) : resolve([address, family]))),
    )

  test('gives only those of its addresses that may be dialled', async () => {
    const guard = addressGuard(open, answering('169.254.169.254', '10.0.0.5', 'fe80::1'))
    expect(await guard.check('two-faced.example')).toEqual(['10.0.0.5'])
    expect(await lookup(guard, 'two-faced.example', true)).toEqual([[{ address: '10.0.0.5', family: 4 }], undefined])
    expect(await lookup(guard, 'two-faced.example', false)).toEqual(['10.0.0.5', 4])
  })

  test('with no such address is refused, and the error names the name and the address', async () => {
    const guard = addressGuard(open, answering('169.254.169.254'))
    await expect(guard.check('metadata.example')).rejects.toThrow('metadata.example (169.254.169.254) is a link-local')
    await expect(lookup(guard, 'metadata.example', true)).rejects.toThrow(AddressRefusedError)
  })

  test('that is an address is checked like one', async () => {
    for (const host of ['169.254.169.254', '0xa9fea9fe', 'fe80::1%eth0'])
      await expect(lookup(byDefault, host, true), host).rejects.toThrow(AddressRefusedError)
    expect(await lookup(byDefault, '::1', false)).toEqual(['::1', 6])
  })

  test('that does not resolve fails as the resolver does', async () => {
    await expect(byDefault.check('nowhere.example')).rejects.toThrow('nothing may be resolved here')
  })

  test('is resolved once for one connection, so a second answer can not be dialled', async () => {
    let asked = 0
    const rebinding: ResolveAll = (host, options, done) =>
      (asked++ === 0 ? answering('127.0.0.1') : answering('169.254.169.254'))(host, options, done)
    const guard = addressGuard(open, rebinding)
    const server = createServer(socket => socket.end()).listen(0, '127.0.0.1')
    await new Promise(listening => server.once('listening', listening))
    const { port } = server.address() as { port: number }
    const socket = connect({ host: 'rebinding.example', port, lookup: guard.lookup })
    await new Promise((connected, failed) => socket.once('connect', connected).once('error', failed))
    expect(socket.remoteAddress).toBe('127.0.0.1')
    expect(asked).toBe(1)
    socket.destroy()
    server.close()
  })
})
