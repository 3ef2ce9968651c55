import { eventually } from '@moorage/testkit/eventually.ts'
import { startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { Listener } from './listener.ts'

test('a listening connection that went silent is noticed, and its listeners are told to look again', async () => {
  const url = new URL(inject('databaseUrl'))
  await using proxy = await startFaultProxy({ host: url.hostname, port: Number(url.port) })
  url.hostname = proxy.host
  url.port = String(proxy.port)
  const warnings: string[] = []
  await using listener = new Listener(
    { connectionString: url.href, connectionTimeoutMillis: 2_000 },
    { random: () => 0.1, warn: message => warnings.push(message), beatEveryMs: 200, beatTimeoutMs: 300 },
  )
  const heard: string[] = []
  await listener.listen('silence', payload => heard.push(payload))
  await using direct = await connected(inject('databaseUrl'))
  await direct.query(`select pg_notify('silence', 'one')`)
  await eventually(() => expect(heard).toEqual(['one']), { within: 5_000 })

  proxy.stall()
  await direct.query(`select pg_notify('silence', 'missed')`)
  await eventually(() => expect(warnings).toHaveLength(1), { within: 5_000 })
  proxy.pass()
  // What was held back may still come out of the old connection; only the empty payload says that it was lost.
  await eventually(() => expect(heard).toContain(''), { within: 10_000 })
  await direct.query(`select pg_notify('silence', 'two')`)
  await eventually(() => expect(heard).toContain('two'), { within: 5_000 })
})

async function connected(connectionString: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}
