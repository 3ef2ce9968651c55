import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createsUnnamed, nameOfCreated } from './created-name.ts'
import { parse } from './parse.ts'

const json = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`)

test('what was created is called as the answer says, in JSON', () => {
  const metadata = { name: 'web-x7f2q', generateName: 'web-', namespace: 'shop' }
  expect(nameOfCreated(json({ kind: 'Pod', apiVersion: 'v1', metadata }))).toBe('web-x7f2q')
  expect(nameOfCreated(json({ kind: 'Review', apiVersion: 'v1', metadata: {}, spec: { name: 'x' } }))).toBeNull()
  expect(nameOfCreated(json({ kind: 'Status', apiVersion: 'v1', metadata: {}, details: { name: 'x' } }))).toBeNull()
})

/** A field of a protobuf message that has a length. */
const field = (number: number, body: Buffer): Buffer => {
  expect(body.length).toBeLessThan(16_384)
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), body])
}

test('and in protobuf', () => {
  const object = (metadata: Buffer) => {
    const raw = Buffer.concat([field(1, metadata), field(2, Buffer.alloc(300))])
    const type = Buffer.concat([field(1, Buffer.from('v1')), field(2, Buffer.from('Pod'))])
    return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, raw), field(3, Buffer.alloc(0))])
  }
  const named = object(Buffer.concat([field(1, Buffer.from('web')), field(3, Buffer.from('shop'))]))
  expect(nameOfCreated(named)).toBe('web')
  expect(nameOfCreated(object(field(3, Buffer.from('shop'))))).toBeNull()
  for (let cut = 0; cut < 16; cut += 1) expect([null, 'web']).toContain(nameOfCreated(named.subarray(0, cut)))
})

test('whatever an answer begins with harms nothing', () => {
  const magic = Buffer.from('k8s\0')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, envelope) => {
      const name = nameOfCreated(envelope ? Buffer.concat([magic, bytes]) : Buffer.from(bytes))
      expect(name?.length ?? 0).toBeLessThanOrEqual(253)
    }),
  )
})

test('only of what has no name in its address', () => {
  const of = (method: string, target: string) => createsUnnamed(parse({ method, target, headers: [] }))
  expect(of('POST', '/api/v1/namespaces/shop/pods')).toBe(true)
  expect(of('POST', '/api/v1/namespaces/shop/pods/web/eviction')).toBe(false)
  expect(of('GET', '/api/v1/namespaces/shop/pods')).toBe(false)
  expect(of('POST', '/logs')).toBe(false)
})
