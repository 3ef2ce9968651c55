import { join } from 'node:path'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { canRunKubelet, startKubelet } from '@moorage/testkit/kubelet.ts'
import { BUSYBOX_IMAGE } from '@moorage/testkit/kubelet-config.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accessibilityFaults, pageFaults } from './accessibility.ts'
import { cli, enter, PASSWORD, person } from './person.ts'
import { LONG_TEST, openStage, SHOTS, type Stage } from './stage.ts'

/** ms; containers that are made on a busy machine, and what a cut may take there beyond its 2 s. */
const SLOWLY = { within: 90_000, every: 250 }
const ADDRESS = '/clusters/shore/terminal?namespace=default&pod=shell'

/** Of the word that is printed in a colour of its own. */
const COLOUR_OF_TRUE =
  "getComputedStyle([...document.querySelectorAll('.xterm-rows span')].find(each => each.textContent === 'true')).color"

const can = canRunKubelet()
const stack = new AsyncDisposableStack()
let stage: Stage
let member: ControlPlane

beforeAll(async () => {
  if (!can.ok) return
  stage = stack.use(await openStage())
  member = stack.use(await startControlPlane({ name: 'terminal' }))
  stack.use(await startKubelet(member))
  await startPod('shell')
  await cli(stage, 'cluster', 'connect', 'shore', '--kubeconfig', member.kubeconfigPath, '--mode', 'full', '--wait')
  await person(stage, 'ada')
  await cli(
    stage,
    'binding',
    'create',
    'ada',
    '--role',
    'namespace-admin',
    '--user',
    'ada',
    '--cluster',
    'shore',
    '-n',
    'default',
  )
}, LONG_TEST)
afterAll(() => stack.disposeAsync())
// Counted as not run, which fails a full run: never silent.
beforeEach(context => {
  if (!can.ok) context.skip(can.reason)
})

async function startPod(name: string): Promise<void> {
  const container = { image: BUSYBOX_IMAGE, imagePullPolicy: 'Never', command: ['/bin/sleep', '3600'] }
  await member.api.create('/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        { ...container, name: 'main' },
        { ...container, name: 'beside' },
      ],
    },
  })
  await eventually(async () => {
    const { status } = await member.api.get(`/api/v1/namespaces/default/pods/${name}`)
    expect(status.phase, JSON.stringify(status)).toBe('Running')
  }, SLOWLY)
}

const screen = (page: Page) => page.locator('.xterm-rows')
/** What is on the screen, line by line. */
const shown = async (page: Page) => (await screen(page).locator('> div').allTextContents()).join('\n')
const opening = (page: Page) => page.getByRole('button', { name: /^Open/ })

/** Opens the terminal and waits for the shell. */
async function open(page: Page): Promise<void> {
  await opening(page).click()
  await page.getByText('Connected', { exact: true }).waitFor()
  await screen(page).getByText('#').first().waitFor()
}

async function run(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line)
  await page.keyboard.press('Enter')
}

test(
  'from a pod’s row to a shell in a container of choice, with its size, colours and exit code',
  async () => {
    await using visit = await stage.visit({ signIn: false })
    const { page, watched } = visit
    await page.goto('/clusters/shore/pods?find=shell')
    await enter(page, 'ada', PASSWORD)
    await page.getByRole('link', { name: 'Terminal in default/shell' }).click()
    await page.getByText('This session is recorded').waitFor()
    await page.getByLabel('Container').selectOption('beside')
    await open(page)

    await run(page, 'stty size; hostname; echo $((6*7))-$TERM')
    await screen(page).getByText('42-xterm-256color').waitFor()
    const text = await shown(page)
    expect(text).toContain('shell')
    const [, rows, columns] = /^(\d+) (\d+)$/m.exec(text) ?? []
    expect(
      [Number(rows), Number(columns)].every(size => size > 20),
      text,
    ).toBe(true)
    await page.setViewportSize({ width: 900, height: 900 })
    await eventually(async () => {
      await run(page, 'clear; stty size')
      await screen(page)
        .getByText(/^\d+ \d+/)
        .waitFor()
      const now = /^(\d+) (\d+)$/m.exec(await shown(page))?.[2]
      expect(Number(now)).toBeLessThan(Number(columns))
    }, SLOWLY)

    await run(page, String.raw`clear; printf '\033[38;2;200;10;10mtr\165e\033[0m \033[44mgr\157und\033[0m\n'`)
    await screen(page).getByText('true', { exact: true }).waitFor()
    expect(await page.evaluate(COLOUR_OF_TRUE)).toBe('rgb(200, 10, 10)')

    await page.keyboard.press('Control+Shift+Space')
    await eventually(async () =>
      expect(await page.evaluate('document.activeElement.textContent')).toBe('End the session'),
    )
    await page.locator('.xterm-screen').click()
    await run(page, 'exit 3')
    await page.getByText('The session has ended with exit code 3').waitFor()
    const command = page.getByLabel('Command')
    await command.fill('echo $HOME | cat')
    await opening(page).click()
    await page.getByRole('alert').getByText('The command can not be run.').waitFor()
    await command.fill('echo "one word"')
    await opening(page).click()
    await screen(page).getByText('one word').waitFor()
    await page.getByText('The session has ended').waitFor()
    await command.fill('')
    await open(page)
    expect(watched.errors).toEqual([])
    expect(watched.violations).toEqual([])
    expect([...watched.hosts]).toEqual([new URL(stage.hub.url).host])
  },
  LONG_TEST,
)

describe.each([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
] as const)('in $theme at $width px', ({ theme, width }) => {
  test('before, while it runs and after it is accessible and within the policy', { timeout: LONG_TEST }, async () => {
    await using visit = await stage.visit({ theme, width, signIn: false })
    const { page, watched } = visit
    const faults: Record<string, string[]> = {}
    const look = async (when: string) => {
      const found = await pageFaults(page)
      if (found.length > 0) faults[when] = found
      await page.screenshot({ path: join(SHOTS, `pod-terminal-${when}-${theme}-${width}.png`) })
    }
    await page.goto(ADDRESS)
    await enter(page, 'ada', PASSWORD)
    await page.getByRole('option', { name: 'beside' }).waitFor({ state: 'attached' })
    await look('before')
    await open(page)
    await run(page, 'ls -l / && echo d\\one')
    await screen(page).getByText('done', { exact: true }).waitFor()
    await look('open')
    await run(page, 'exit')
    await page.getByText('The session has ended').waitFor()
    await look('ended')
    expect(faults).toEqual({})
    expect(watched.errors).toEqual([])
    expect(watched.violations).toEqual([])
  })
})

test('a right that is taken back cuts the session, and the page says why', { timeout: LONG_TEST }, async () => {
  await person(stage, 'bob')
  await cli(
    stage,
    'binding',
    'create',
    'bob',
    '--role',
    'namespace-admin',
    '--user',
    'bob',
    '--cluster',
    'shore',
    '-n',
    'default',
  )
  await cli(
    stage,
    'binding',
    'create',
    'bob-sees',
    '--role',
    'namespace-read-only',
    '--user',
    'bob',
    '--cluster',
    'shore',
    '-n',
    'default',
  )
  await using visit = await stage.visit({ signIn: false })
  const { page } = visit
  await page.goto(ADDRESS)
  await enter(page, 'bob', PASSWORD)
  await open(page)
  await cli(stage, 'binding', 'delete', 'bob', '--yes')
  await page.getByRole('alert').getByText('The session was cut').waitFor()
  await page.screenshot({ path: join(SHOTS, 'pod-terminal-cut.png') })
  await page.goto(ADDRESS)
  await page.getByRole('alert').getByText('The rules do not allow this').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'pod-terminal-forbidden.png') })
})

test('a pod that goes away ends the session, and is called gone', { timeout: LONG_TEST }, async () => {
  await startPod('short')
  await using visit = await stage.visit({ signIn: false })
  const { page } = visit
  await page.goto('/clusters/shore/terminal?namespace=default&pod=short')
  await enter(page, 'ada', PASSWORD)
  await open(page)
  await member.api.delete('/api/v1/namespaces/default/pods/short')
  await page.getByText('Ended', { exact: true }).waitFor({ timeout: SLOWLY.within })
  await page.reload()
  await page.getByText('The pod is gone').waitFor()
})

test('a hub without the prompt has no tab for it, and says so at its address', { timeout: LONG_TEST }, async () => {
  await using visit = await stage.visit({ signIn: false })
  const { page, watched } = visit
  await page.goto('/clusters/shore/pods')
  await enter(page, 'ada', PASSWORD)
  await page.getByRole('link', { name: 'Terminal in default/shell' }).waitFor()
  expect(await page.getByRole('link', { name: 'kubectl', exact: true }).count()).toBe(0)
  await page.goto('/clusters/shore/kubectl')
  await page.getByRole('alert').getByText('--terminals all').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'prompt-off.png') })
  expect(watched.violations).toEqual([])
})
