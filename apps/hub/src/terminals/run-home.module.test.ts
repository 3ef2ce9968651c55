import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeRunHome, removeLeftRunHomes } from './run-home.ts'

const parent = mkdtempSync(join(tmpdir(), 'moorage-homes-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

test('homes that a killed hub has left behind go at the next start, those of a running one stay', async () => {
  const pass = { url: 'https://127.0.0.1:1', ca: 'PEM', token: 'secret', [Symbol.dispose]: () => {} }
  const left = await makeRunHome({ id: 'c', name: 'alpha' }, pass, null, parent)
  expect(existsSync(left.kubeconfig)).toBe(true)
  const { pid: dead } = spawnSync(process.execPath, ['--version'])
  const elsewhere = join(parent, 'elsewhere')
  const others = [`moorage-kubectl-${process.ppid}-abcdef`, 'moorage-kubectl-x', 'elsewhere']
  for (const name of [`moorage-kubectl-${dead}-abcdef`, ...others]) mkdirSync(join(parent, name))
  writeFileSync(join(elsewhere, 'kept'), '')
  symlinkSync(elsewhere, join(parent, `moorage-kubectl-${dead}-ghijkl`))
  expect(await removeLeftRunHomes(null, parent)).toBe(2)
  expect(readdirSync(parent).sort()).toEqual([...others, `moorage-kubectl-${dead}-ghijkl`].sort())
  expect(readdirSync(elsewhere)).toEqual(['kept'])
})
