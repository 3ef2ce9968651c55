import { describe, expect, test } from 'vitest'
import { makeLogger } from './logger.ts'

const logged = (log: (logger: ReturnType<typeof makeLogger>) => void, format: 'json' | 'text' = 'json') => {
  const lines: string[] = []
  log(makeLogger({ level: 'debug', format, write: line => lines.push(line) }))
  return lines.join('')
}

const SECRET = 'planted-secret'
const TOKEN = `moorage_${'a'.repeat(43)}`
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06In0.c2lnbmF0dXJl'
const KEY = `-----BEGIN EC PRIVATE KEY-----\n${SECRET}\n-----END EC PRIVATE KEY-----`

describe('the log', () => {
  test('is one line of JSON with a time and ids', () => {
    const line = logged(log => log.info({ cluster: 'c1' }, 'Connected.'))
    expect(line.endsWith('\n')).toBe(true)
    expect(JSON.parse(line)).toEqual({ level: 30, time: expect.any(String), cluster: 'c1', msg: 'Connected.' })
  })

  test.each([
    ['a token', { token: SECRET }],
    ['a nested password', { user: { password: SECRET } }],
    ['a header', { request: { headers: { authorization: SECRET, cookie: SECRET, 'set-cookie': SECRET } } }],
    ['a kubeconfig', { body: { kubeconfig: SECRET } }],
    ['a sealed value', { row: { sealed: SECRET } }],
    ['our token in a text', { note: `got ${TOKEN} from` }],
    ['a bearer token in a text', { note: `authorization: Bearer ${SECRET}` }],
    ['a ServiceAccount token in a text', { note: JWT }],
    ['a private key in a text', { note: KEY }],
    ['a password in a URL', { note: `can not reach postgres://moorage:${SECRET}@db:5432/hub now` }],
    ['a password far down', { a: [{ b: { c: { password: SECRET } } }] }],
    ['what an object makes of itself', { row: { toJSON: () => ({ token: SECRET }) } }],
    ['what an error has besides', { cause: Object.assign(new Error('no'), { token: SECRET }) }],
    ['a secret in a deep object', { a: { b: { c: { d: `Bearer ${SECRET}` } } } }],
  ])('keeps %s out', (_, fields) => {
    for (const format of ['json', 'text'] as const) {
      const line = logged(log => log.warn(fields, 'Something.'), format)
      expect(line).toContain('Something.')
      for (const secret of [SECRET, TOKEN, JWT, JWT.split('.')[1]!]) expect(line).not.toContain(secret)
    }
  })

  test('keeps secrets out of messages, and rows and parameters out of errors', () => {
    const error = Object.assign(new Error(`refused ${TOKEN}`, { cause: new Error(`Basic ${SECRET}`) }), {
      detail: `Failing row contains (${SECRET})`,
      parameters: [SECRET],
    })
    const line = logged(log => log.error({ err: error }, `failed with ${TOKEN}`))
    expect(line).not.toContain(SECRET)
    expect(line).not.toContain(TOKEN)
    expect(JSON.parse(line).err).toMatchObject({ type: 'Error', message: 'refused moorage_[redacted]' })
  })

  test('keeps the secrets of a child logger out', () => {
    expect(logged(log => log.child({ token: SECRET }).info('Something.'))).not.toContain(SECRET)
  })

  test('writes what goes in circles', () => {
    const circle: Record<string, unknown> = { token: SECRET }
    circle.self = circle
    const line = logged(log => log.info({ circle }, 'Round.'))
    expect(JSON.parse(line).circle).toEqual({ token: '[redacted]', self: '[circular]' })
  })

  test('stays valid JSON after a private key was cut out', () => {
    expect(JSON.parse(logged(log => log.info({ note: KEY, more: 1 }, 'x')))).toMatchObject({ more: 1, msg: 'x' })
  })

  test('reads well on a terminal', () => {
    const line = logged(log => log.warn({ cluster: 'c1', err: new Error('no route') }, 'Lost.'), 'text')
    expect(line).toMatch(/^\d\d:\d\d:\d\d WARN {2}Lost\. \(no route\) cluster=c1\n$/)
  })
})
