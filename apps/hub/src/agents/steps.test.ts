import { describe, expect, test } from 'vitest'
import { causesOf, causesOfFailure, importStepNames, importStepsOf, type Noted, type Seen } from './steps.ts'

const seen: Seen = {
  hubUrl: 'https://hub.example.com',
  ownCa: false,
  proxied: false,
  ownImage: false,
  pullSecret: null,
  namespace: 'moorage-system',
  token: 'good',
  connected: false,
}
const HOUR = 3_600_000
const T0 = new Date('2026-03-01T12:00:00Z')
const later = (ms: number) => new Date(T0.getTime() + ms)
const noted = (steps: Record<string, Noted['status']>) =>
  new Map(
    Object.entries(steps).map(([name, status]) => [name as never, { status, message: `${name}!`, at: later(1000) }]),
  )

describe('likely causes', () => {
  test.each(importStepNames)('of %s are told after a while, and not before', step => {
    expect(causesOf(step, 0, seen)).toEqual([])
    const causes = causesOf(step, HOUR, seen)
    expect(causes.length).toBeGreaterThan(0)
    for (const cause of causes) expect(cause).toMatch(/^[A-Z].*\.$/)
  })

  test.each([
    ['a hub that only its own machine reaches', { hubUrl: 'https://127.0.0.1:8443' }, /--public-url/],
    ['a short name', { hubUrl: 'https://hub:8443' }, /no domain/],
    ['a proxy that is in the way', { proxied: true }, /proxy does not let/],
    ['a proxy that is missing', {}, /--https-proxy/],
    ['somebody in between with a certificate of their own', { ownCa: true }, /ends TLS/],
    ['a CA that nobody knows', {}, /--ca-bundle/],
    ['an image that was not pulled', {}, /not pulled/],
    ['a manifest that was not applied', {}, /not applied/],
    ['a pull secret', { pullSecret: 'mirror' }, /Secret mirror/],
  ])('of no contact: %s', (_what, more, expected) => {
    expect(causesOf('contact', HOUR, { ...seen, ...more }).join('\n')).toMatch(expected)
  })

  test('of a manifest that was applied from a file are those of its agent', () => {
    const said = causesOf('manifest', HOUR, { ...seen, hubUrl: 'https://hub.example.com' }).join('\n')
    for (const words of ['hub.example.com is not known there', '--ca-bundle', '--https-proxy', 'logs deployment/'])
      expect(said).toContain(words)
  })

  test('an expired token is told at once, as no waiting helps', () => {
    for (const step of ['manifest', 'contact', 'identity'] as const) {
      expect(causesOf(step, 0, { ...seen, token: 'expired' })).toEqual([expect.stringContaining('has expired')])
    }
    expect(causesOf('inventory', 0, { ...seen, token: 'expired' })).toEqual([])
  })

  test('a tunnel that does not come is told from an API server that does not answer', () => {
    expect(causesOf('api-server', HOUR, seen).join()).toMatch(/upgrade nor a WebSocket/)
    expect(causesOf('api-server', HOUR, { ...seen, connected: true }).join()).toMatch(/own API server/)
  })
})

describe('likely causes of a failure', () => {
  test.each([
    [
      'identity',
      'The agent could not make its identity: secrets is forbidden',
      [/Role.*missing or was changed/, /own API server/],
    ],
    ['identity', 'This cluster is already known, as b. To give b a new agent: moorage cluster import b.', []],
    ['api-server', 'Another cluster answers through the agent, with UID x.', [/was copied/]],
    ['api-server', 'The agent did not answer.', [/network policy/]],
    ['rights', 'The agent may not list pods, which mode read-only needs.', [/apply the manifest again/]],
  ] as const)('of %s: %s', (step, message, expected) => {
    const causes = causesOfFailure(step, message, { ...seen, connected: true })
    expect(causes).toHaveLength(expected.length)
    for (const [index, one] of expected.entries()) expect(causes[index]).toMatch(one)
  })
})

describe('steps as they are shown', () => {
  const shown = (steps: Record<string, Noted['status']>, at = later(2000)) => importStepsOf(noted(steps), T0, at, seen)

  test('at first all wait, and nobody is blamed yet', () => {
    const { done, steps } = shown({})
    expect(done).toBe(false)
    expect(steps.map(({ status }) => status)).toEqual(new Array(6).fill('waiting'))
    expect(steps.flatMap(({ causes }) => causes)).toEqual([])
  })

  test('only the first that waits has causes', () => {
    const { steps } = shown({ manifest: 'ok' }, later(HOUR))
    expect(steps.map(({ causes }) => causes.length > 0)).toEqual([false, true, false, false, false, false])
  })

  test('a manifest that was applied by hand was reached too', () => {
    const { steps } = shown({ contact: 'ok' })
    expect(steps[0]).toMatchObject({ name: 'manifest', status: 'ok', at: null })
  })

  test('a failure is told with its words and causes, until it was overcome', () => {
    expect(shown({ manifest: 'ok', contact: 'failed' }).steps[1]).toMatchObject({
      status: 'failed',
      message: 'contact!',
      causes: expect.arrayContaining([expect.stringMatching(/look hub.example.com up/)]),
    })
    expect(shown({ contact: 'failed', identity: 'ok' }).steps[1]).toMatchObject({ status: 'ok' })
  })

  test('an agent that says what it fails at has called the hub', () => {
    const { steps } = shown({ manifest: 'ok', identity: 'failed' }, later(HOUR))
    expect(steps.map(({ status }) => status).slice(0, 4)).toEqual(['ok', 'ok', 'failed', 'waiting'])
  })

  test('done is when all were reached', () => {
    expect(shown({ inventory: 'ok' }).done).toBe(true)
    expect(shown({ rights: 'ok' }).done).toBe(false)
  })
})
