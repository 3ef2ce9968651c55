import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toConfig } from '@moorage/hub/config/config.ts'
import { makeSealer } from '@moorage/hub/connections/sealing.ts'
import { parseSealingKey } from '@moorage/hub/connections/sealing-key.ts'
import { insertCluster } from '@moorage/hub/store/clusters.ts'
import { findCredential, putCredential } from '@moorage/hub/store/credentials.ts'
import { openStore } from '@moorage/hub/store/open.ts'
import type { Store } from '@moorage/hub/store/store.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHub, testHub } from '../test-hub.ts'
import { runCli } from '../test-io.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await testHub()
})
afterAll(async () => hub?.[Symbol.asyncDispose]())

const cli = (...args: string[]) => runCli(args, { cwd: hub.dir, home: hub.dir, env: hub.env })

test('the admin token is reset by whoever has the data folder of a stopped hub', async () => {
  expect(await cli('admin', 'reset-token', '--data', 'nowhere')).toMatchObject({ code: 3, out: '' })
  const running = await cli('admin', 'reset-token', '--data', 'data')
  expect(running).toMatchObject({ code: 1, out: '' })
  expect(running.err).toContain('is in use by process')
  expect((await cli('whoami')).code).toBe(0)
  await hub.stop()
  const reset = await cli('admin', 'reset-token', '--data', 'data')
  expect(reset.code).toBe(0)
  expect(reset.out).toMatch(/^moorage_[\w-]{43}\n$/)
  expect(reset.out).not.toContain(hub.token)
  expect(reset.err).toContain('no longer valid')
})

test('the sealing key of a stopped hub is rotated, and the one before is kept', async () => {
  expect(await cli('admin', 'rotate-key', '--data', 'nowhere')).toMatchObject({ code: 3, out: '' })
  await hub.stop()
  const keys = join(hub.dir, 'data/keys')
  const before = readFileSync(join(keys, 'current.key'), 'utf8')
  const elsewhere = await runCli(['admin', 'rotate-key', '--data', 'data'], {
    cwd: hub.dir,
    env: { MOORAGE_SEALING_KEY: before.trim() },
  })
  expect(elsewhere).toMatchObject({ code: 2, out: '' })
  expect(elsewhere.err).toContain('does not come from the data folder')
  expect(elsewhere.err).not.toContain(before.trim())

  const context = 'cluster/c-1/kubeconfig'
  const sealer = makeSealer([parseSealingKey(before, 'before')])
  const { sealed, keyId } = sealer.seal('secret', context)
  await inDatabase(async db => {
    const at = new Date()
    await insertCluster(db, {
      id: 'c-1',
      name: 'one',
      uid: 'u-1',
      project: 'default',
      labels: '{}',
      origin: 'connected',
      connection: 'direct',
      mode: 'read-only',
      phase: 'Pending',
      conditions: '[]',
      facts: '{}',
      created_at: at,
      created_by: 'me',
      last_seen: at,
    })
    const info = { kind: 'token', server: 'https://127.0.0.1/', context: 'one', user: null, expiresAt: null } as const
    const rest = { insecureSkipTlsVerify: false, proxyUrl: null, tlsServerName: null }
    await putCredential(db, 'c-1', { sealed, keyId, info: { ...info, ...rest } }, at)
  })
  const rotated = await cli('admin', 'rotate-key', '--data', 'data')
  expect(rotated.code).toBe(0)
  expect(rotated.out).toContain('1 of them were sealed anew')
  expect(readFileSync(join(keys, `${keyId}.key`), 'utf8')).toBe(before)
  const now = parseSealingKey(readFileSync(join(keys, 'current.key'), 'utf8'), 'now')
  expect(now.id).not.toBe(keyId)
  const again = await inDatabase(db => findCredential(db, 'c-1'))
  expect(makeSealer([now]).open(again?.sealed ?? '', context)).toBe('secret')
})

async function inDatabase<T>(what: (db: Store['db']) => Promise<T>): Promise<T> {
  const { store } = toConfig({ data: join(hub.dir, 'data') }, {})
  const none = () => {}
  await using opened = await openStore(store, { now: () => new Date(), random: Math.random, warn: none, died: none })
  return await what(opened.db)
}
