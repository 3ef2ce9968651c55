import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { placeKubectl } from '@moorage/testkit/placed-kubectl.ts'
import { startTestbed, type Testbed } from '@moorage/testkit/testbed.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageFaults } from './accessibility.ts'
import { cli, enter, PASSWORD, person } from './person.ts'
import { LONG_TEST, openStage, SHOTS, type Stage } from './stage.ts'

const ADDRESS = '/clusters/quay/kubectl'
const stack = new AsyncDisposableStack()
let stage: Stage
let member: Testbed

beforeAll(async () => {
  const { path } = stack.use(await placeKubectl())
  stage = stack.use(await openStage(['--terminals', 'all', '--kubectl', path]))
  member = stack.use(await startTestbed({ name: 'quay', nodes: 1 }))
  const { kubeconfigPath } = member.controlPlane
  await cli(stage, 'cluster', 'connect', 'quay', '--kubeconfig', kubeconfigPath, '--mode', 'full', '--wait')
  await person(stage, 'grace')
  await cli(stage, 'binding', 'create', 'grace', '--role', 'cluster-admin', '--user', 'grace', '--cluster', 'quay')
  await person(stage, 'ada')
  await cli(
    stage,
    'binding',
    'create',
    'ada',
    '--role',
    'namespace-read-only',
    '--user',
    'ada',
    '--cluster',
    'quay',
    '-n',
    'default',
  )
}, LONG_TEST)
afterAll(() => stack.disposeAsync())

const log = (page: Page) => page.getByRole('log', { name: 'Output' })
const line = (page: Page) => page.getByLabel('kubectl', { exact: true })
/** Runs a line once the one before has ended. */
async function run(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor()
  await line(page).fill(text)
  await page.keyboard.press('Enter')
}
const ready = (page: Page) => page.getByText('Connected', { exact: true }).waitFor()

describe.each([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
] as const)('in $theme at $width px', ({ theme, width }) => {
  test('lines are run by the real kubectl, one that is not taken says why', { timeout: LONG_TEST }, async () => {
    await using visit = await stage.visit({ theme, width, signIn: false })
    const { page, watched } = visit
    const faults: Record<string, string[]> = {}
    const look = async (when: string) => {
      const found = await pageFaults(page)
      if (found.length > 0) faults[when] = found
      await page.screenshot({ path: join(SHOTS, `prompt-${when}-${theme}-${width}.png`) })
    }
    await page.goto('/clusters/quay')
    await enter(page, 'grace', PASSWORD)
    await page.getByRole('link', { name: 'kubectl', exact: true }).click()
    await ready(page)
    await look('new')
    await run(page, 'get namespaces')
    await log(page).getByText('kube-system').waitFor()
    await run(page, 'kubectl get pod nobody')
    await log(page).getByText('Exit code 1', { exact: true }).waitFor()
    await log(page).getByText('"nobody" not found').waitFor()
    await run(page, 'get pods | grep x')
    await log(page)
      .getByText(/^Not run: /)
      .waitFor()
    await look('used')
    expect(faults).toEqual({})
    expect(watched.errors).toEqual([])
    expect(watched.violations).toEqual([])
    expect([...watched.hosts]).toEqual([new URL(stage.hub.url).host])
  })
})

test('the arrows go through what was run, Ctrl+C cancels what runs, and the prompt goes on', {
  timeout: LONG_TEST,
}, async () => {
  await using visit = await stage.visit({ signIn: false })
  const { page } = visit
  await page.goto(ADDRESS)
  await enter(page, 'grace', PASSWORD)
  await ready(page)
  await run(page, 'get namespaces --watch')
  await log(page).getByText('kube-system').waitFor()
  await page.keyboard.press('Control+c')
  await run(page, 'version')
  await log(page).getByText('Server Version').waitFor()
  await line(page).fill('half written')
  for (const shown of ['version', 'get namespaces --watch', 'get namespaces --watch']) {
    await page.keyboard.press('ArrowUp')
    expect(await line(page).inputValue()).toBe(shown)
  }
  for (const shown of ['version', 'half written']) {
    await page.keyboard.press('ArrowDown')
    expect(await line(page).inputValue()).toBe(shown)
  }
  const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])')
  expect(kept).not.toContain('namespaces')
})

test('it acts as the person: what they may not do is refused with the reason', { timeout: LONG_TEST }, async () => {
  await using visit = await stage.visit({ signIn: false })
  const { page, watched } = visit
  await page.goto(ADDRESS)
  await enter(page, 'ada', PASSWORD)
  await ready(page)
  await run(page, 'get configmaps')
  await log(page).getByText('kube-root-ca.crt').waitFor()
  await run(page, 'get secrets -n kube-system')
  await log(page).getByText('Forbidden').waitFor()
  await page.screenshot({ path: join(SHOTS, 'prompt-forbidden.png') })
  await person(stage, 'eve')
  expect(watched.violations).toEqual([])

  await using stranger = await stage.visit({ signIn: false })
  await stranger.page.goto(ADDRESS)
  await enter(stranger.page, 'eve', PASSWORD)
  await stranger.page.getByText('No cluster is called quay').waitFor()
})

test('the kubeconfig that the account page gives out works, without the command of Moorage', {
  timeout: LONG_TEST,
}, async () => {
  await person(stage, 'kim')
  await cli(
    stage,
    'binding',
    'create',
    'kim',
    '--role',
    'namespace-read-only',
    '--user',
    'kim',
    '--cluster',
    'quay',
    '-n',
    'default',
  )
  await using visit = await stage.visit({ signIn: false })
  const { page, watched } = visit
  await page.goto('/account')
  await enter(page, 'kim', PASSWORD)
  const file = join(member.controlPlane.dir, 'kim.kubeconfig')
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download one with a token' }).click()
  await (await saved).saveAs(file)
  expect(await kubectl(file, ['get', 'configmaps', '-o', 'name'])).toMatchObject({
    code: 0,
    stdout: 'configmap/kube-root-ca.crt\n',
  })
  const again = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download the file' }).click()
  await (await again).saveAs(file)
  expect(JSON.parse(readFileSync(file, 'utf8')).users[0].user).toMatchObject({ exec: { command: 'moorage' } })
  await page.getByRole('button', { name: /^Revoke kubeconfig of/ }).waitFor()
  expect(watched.violations).toEqual([])
})

test('with the last right in a cluster its prompt goes, too', { timeout: LONG_TEST }, async () => {
  await person(stage, 'bob')
  await cli(
    stage,
    'binding',
    'create',
    'bob',
    '--role',
    'namespace-read-only',
    '--user',
    'bob',
    '--cluster',
    'quay',
    '-n',
    'default',
  )
  await using visit = await stage.visit({ signIn: false })
  const { page } = visit
  await page.goto(ADDRESS)
  await enter(page, 'bob', PASSWORD)
  await ready(page)
  await cli(stage, 'binding', 'delete', 'bob', '--yes')
  await page.getByText('No cluster is called quay').waitFor()
  await page.screenshot({ path: join(SHOTS, 'prompt-cut.png') })
})
