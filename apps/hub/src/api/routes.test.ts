import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRequestLine } from './request-line.ts'
import { contractRoutes, matchRoute } from './routes.ts'

/** Any UTF-16 unit; fast-check's own 'binary' takes a second to set up. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code))

const routes = contractRoutes()

describe('matching', () => {
  test('finds a route and decodes its parameters', () => {
    expect(matchRoute(routes, 'GET', '/clusters/alp%68a/nodes')).toMatchObject({
      found: 'route',
      route: { name: 'inventory.nodes' },
      params: { cluster: 'alpha' },
    })
  })

  test('tells the methods of an address', () => {
    expect(matchRoute(routes, 'TRACE', '/clusters/alpha')).toEqual({
      found: 'method',
      allow: ['GET', 'PATCH', 'DELETE'],
    })
  })

  test.each([
    '/',
    '/clusters/',
    '//clusters',
    '/Clusters',
    '/clusters//nodes',
    '/clusters/a%2fb',
    '/clusters/%2e%2e',
    '/clusters/%00',
    '/clusters/%ff',
    '/clusters/%',
    '/clusters/a%5cb/nodes',
    '/clusters/a/nodes/b',
  ])('finds nothing at %s', path => {
    expect(matchRoute(routes, 'GET', path)).toEqual({ found: 'nothing' })
  })

  test('never gives a parameter that could be taken for a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 20 }), raw => {
        const match = matchRoute(routes, 'GET', `/clusters/${raw}`)
        if (match.found === 'route') expect(match.params.cluster).not.toMatch(/[/\\\0-\x1f\x7f]|^\.{0,2}$/)
      }),
    )
  })
})

describe('the request line', () => {
  test('is taken as it is', () => {
    const line = readRequestLine('/api/v1/clusters?limit=5&selector=a%3Db')
    expect(line.path).toBe('/api/v1/clusters')
    expect(line.query.get('selector')).toBe('a=b')
  })

  test.each([
    'http://other/api',
    '*',
    '//evil/x',
    '/a/../b',
    '/a/%2e%2E/b',
    '/a/.',
    '/a\\b',
    '/a b',
    '/a\tb',
    '/a#b',
    `/${'a'.repeat(9000)}`,
  ])('is refused where it is not plain: %s', target => {
    expect(() => readRequestLine(target)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })
})
