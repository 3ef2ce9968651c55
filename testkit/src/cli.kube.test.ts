import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { apiClient } from './api-client.ts'
import { eventually } from './eventually.ts'
import { isAlive } from './lock.ts'

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url))
/** Of this run alone: testbeds of people on the same machine stay untouched. */
const NAME = `test-${process.pid}`

async function testbed(...args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', data => {
    stdout += data
  })
  child.stderr.on('data', data => {
    stderr += data
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

const row = async () => (await testbed('list')).stdout.split('\n').find(line => line.startsWith(`${NAME} `))

afterAll(() => testbed('down', '--name', NAME))

test('up prints a kubeconfig that works, list shows it, down leaves nothing', async () => {
  const up = await testbed('up', '--name', NAME, '--flavour', 'k3s', '--nodes', '2', '--empty', '--no-metrics')
  expect(up.stderr).toContain(`${NAME} is up at https://127.0.0.1:`)
  const path = up.stdout.trim()
  await using api = apiClient(readFileSync(path, 'utf8'))
  expect((await api.get('/api/v1/nodes')).items).toHaveLength(2)
  expect(await row()).toMatch(/ k3s +2 +https:/)
  const again = await testbed('up', '--name', NAME)
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(`${NAME} is up already`)])
  expect((await testbed('down', '--name', NAME)).code).toBe(0)
  expect(await row()).toBeUndefined()
  expect(existsSync(path)).toBe(false)
  expect(await api.probe('/readyz')).toBe(0)
})

test('a keeper that was killed takes its control plane along, and is not listed', async () => {
  const up = await testbed('up', '--name', NAME, '--nodes', '0', '--empty', '--no-metrics')
  const path = up.stdout.trim()
  await using api = apiClient(readFileSync(path, 'utf8'))
  const { pid } = JSON.parse(readFileSync(path.replace('admin.kubeconfig', 'state.json'), 'utf8'))
  process.kill(pid, 'SIGKILL')
  await eventually(async () => expect([isAlive(pid), await api.probe('/readyz')]).toEqual([false, 0]))
  expect(await row()).toBeUndefined()
  expect(existsSync(path)).toBe(false)
})

test('what can not be is refused in a sentence', async () => {
  expect((await testbed('up', '--name', 'A B')).stderr).toContain('"A B" is no name for a testbed')
  expect((await testbed('up', '--flavour', 'minishift')).stderr).toContain(
    'there is no flavour "minishift"; there are eks',
  )
  expect((await testbed('up', '--nodes', 'many')).stderr).toContain('--nodes many is not a number from 0 to 500')
  expect((await testbed('down')).stderr).toContain('which one? --name NAME, or --all')
})
