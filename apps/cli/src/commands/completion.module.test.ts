import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scripts } from '../complete/scripts.ts'
import { testHub } from '../test-hub.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
let dir: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'moorage-completion-'))
  writeFileSync(join(dir, 'moorage'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
  chmodSync(join(dir, 'moorage'), 0o755)
  writeFileSync(join(dir, 'moorage.bash'), scripts.bash)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** What bash offers after this line. */
function complete(line: string, env: Record<string, string> = {}): string[] {
  const script = `source ./moorage.bash; COMP_LINE=$1; COMP_POINT=\${#1}; _moorage; printf '%s\\n' "\${COMPREPLY[@]}"`
  const ran = spawnSync('bash', ['--norc', '-c', script, 'bash', line], {
    cwd: dir,
    env: { PATH: `${dir}:${process.env.PATH}`, HOME: dir, ...env },
    encoding: 'utf8',
  })
  expect(ran.stderr).toBe('')
  return ran.stdout.split('\n').filter(Boolean)
}

test('bash completes commands, options and their values', () => {
  expect(complete('moorage clu')).toEqual(['cluster'])
  expect(complete('moorage cluster con')).toEqual(['connect'])
  expect(complete('moorage cluster list --ph')).toEqual(['--phase'])
  expect(complete('moorage cluster list --phase Un')).toEqual(['Unreachable'])
  // bash itself keeps what stands before the "=".
  expect(complete('moorage cluster list --phase=Un')).toEqual(['Unreachable'])
  expect(complete('moorage completion ')).toEqual(['bash', 'zsh', 'fish'])
})

test('without a hub nothing is offered, and nothing is said', () => {
  expect(complete('moorage cluster get ')).toEqual([])
  expect(complete('moorage cluster get ', { MOORAGE_URL: 'http://127.0.0.1:1', MOORAGE_TOKEN: 'x' })).toEqual([])
})

test('a hub without clusters offers none', async () => {
  await using hub = await testHub()
  expect(complete('moorage cluster get ', hub.env)).toEqual([])
})
