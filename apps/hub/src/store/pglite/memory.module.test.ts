import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { testPlace } from '../fixtures/stores.ts'

/** MB. What the engine takes in all is about 250; left alone V8 adds 500 for some seconds. */
const MOST = 450

const SCRIPT = `
  import { readFileSync } from 'node:fs'
  import { sql } from 'kysely'
  import { testDeps } from '${new URL('../fixtures/stores.ts', import.meta.url)}'
  import { openStore } from '${new URL('../open.ts', import.meta.url)}'
  await using store = await openStore({ kind: 'pglite', dir: process.argv[1] }, testDeps)
  for (let n = 0; n < 3000; n++) await sql\`select \${n}::int as a, (select max(x) from generate_series(1, 5) x) as b\`.execute(store.db)
  console.log(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])`

test.runIf(process.platform === 'linux')('the engine never takes much memory, not even while it is new', async () => {
  await using place = await testPlace('pglite', '')
  const { dir } = place.config as { dir: string }
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', SCRIPT, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect(code).toBe(0)
  expect(Number(said) / 1024).toBeLessThan(MOST)
})
