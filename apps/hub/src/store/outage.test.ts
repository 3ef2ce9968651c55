import { expect, test } from 'vitest'
import { isOutage } from './outage.ts'
import { StoreError } from './store-error.ts'

const failing = (message: string, more: object = {}) => Object.assign(new Error(message), more)

test.each([
  [new StoreError('database_stopped', 'The store is closed.'), true],
  [failing('terminating connection due to administrator command', { code: '57P01' }), true],
  [failing('sorry, too many clients already', { code: '53300' }), true],
  [failing('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED', syscall: 'connect' }), true],
  [failing('Connection terminated unexpectedly'), true],
  [failing('relation "x" does not exist', { code: '42P01' }), false],
  [failing('duplicate key', { code: '23505' }), false],
  [failing('anything else'), false],
  ['text', false],
])('%s is an outage: %s', (error, expected) => {
  expect(isOutage(error)).toBe(expected)
})
