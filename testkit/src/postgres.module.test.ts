import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { postgresBin, startPostgres } from './postgres.ts'

test('a server on loopback, databases by template, and nothing left after', async () => {
  const postgres = await startPostgres()
  try {
    expect(Number.parseInt(postgres.version, 10)).toBeGreaterThanOrEqual(15)
    const copy = await postgres.createDatabase('copy', 'moorage')
    expect(copy).toBe(postgres.databaseUrl.replace(/moorage$/, 'copy'))
    await expect(postgres.createDatabase('copy')).rejects.toThrow(/already exists/)
    await postgres.dropDatabase('copy')
  } finally {
    await postgres.stop()
  }
  const port = Number(new URL(postgres.databaseUrl).port)
  const error = await new Promise(resolve => connect(port, '127.0.0.1').once('error', resolve))
  expect((error as NodeJS.ErrnoException).code).toBe('ECONNREFUSED')
})

test('a missing PostgreSQL is a sentence that says what to install', () => {
  expect(() => postgresBin({ MOORAGE_POSTGRES_BIN: '/nonexistent' })).toThrow(
    /^PostgreSQL 15 or newer is missing \(looked in \/nonexistent\); install it \(on Debian: apt-get install postgresql\)/,
  )
})
