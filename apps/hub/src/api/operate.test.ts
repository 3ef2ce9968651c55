import { describe, expect, test } from 'vitest'
import { operationRules } from '../access/rules.ts'
import { operations } from './operations.ts'
import { contractRoutes } from './routes.ts'

const routes = contractRoutes()

describe('the contract, the rules and the operations', () => {
  test('every route has a rule and an operation, and there are no others', () => {
    const names = routes.map(route => route.name).sort()
    expect(Object.keys(operations).sort()).toEqual(names)
    const ruled = Object.keys(operationRules).filter(name => !name.startsWith('raw.'))
    expect(ruled.sort()).toEqual(names)
  })

  test('what is not a GET changes something, so it is audited and guarded against other origins', () => {
    // A command line that waits asks every few seconds. Its secret is no thing for an address, so it is a POST.
    const asked = routes.filter(({ name }) => name !== 'signIn.pollDevice')
    for (const { name, method } of asked) expect(operationRules[name]?.changes, name).toBe(method !== 'GET')
  })

  test('nothing but signing in is public', () => {
    const open = Object.entries(operationRules).filter(([, rule]) => rule.who === 'public')
    expect(open.map(([name]) => name)).toEqual([
      'sessions.create',
      'sessions.password',
      'signIn.ways',
      'signIn.exchange',
      'signIn.device',
      'signIn.pollDevice',
    ])
  })

  test('no two routes take the same requests', () => {
    const shapes = routes.map(route => `${route.method} ${route.pattern.replaceAll(/\{[^}]+\}/g, '{}')}`)
    expect(new Set(shapes).size).toBe(shapes.length)
  })
})
