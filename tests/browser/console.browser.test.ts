import { join } from 'node:path'
import { eventually } from '@moorage/testkit/eventually.ts'
import { moorage } from '@moorage/testkit/hub-process.ts'
import { startTestbed, type Testbed } from '@moorage/testkit/testbed.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults, pageFaults } from './accessibility.ts'
import { LONG_TEST, openStage, SHOTS, SHOWS_WITHIN, type Stage } from './stage.ts'

let stage: Stage
let harbour: Testbed
let lagoon: Testbed

beforeAll(async () => {
  ;[stage, harbour, lagoon] = await Promise.all([
    openStage(),
    startTestbed({ name: 'harbour', flavour: 'eks', nodes: 3, workloads: true, metrics: true }),
    startTestbed({ name: 'lagoon', flavour: 'kubeadm', nodes: 2 }),
  ])
  await Promise.all([connect('harbour', harbour, 'env=prod'), connect('lagoon', lagoon, 'env=test')])
  await eventually(async () => expect(await firstReadings()).not.toEqual([]), { within: METRICS_WITHIN })
})

/** ms; the metrics-server reads its nodes every 15 s and wants two readings, and the hub asks it every 15 s. */
const METRICS_WITHIN = 90_000

async function firstReadings(): Promise<unknown[]> {
  const metrics = await stage.hub.fetch('/api/v1/clusters/harbour/metrics')
  return ((await metrics.json()) as { points: unknown[] }).points
}

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await Promise.all([harbour?.[Symbol.asyncDispose](), lagoon?.[Symbol.asyncDispose]()])
})

async function connect(name: string, testbed: Testbed, label: string) {
  const args = [
    'cluster',
    'connect',
    name,
    '--kubeconfig',
    testbed.controlPlane.kubeconfigPath,
    '--label',
    label,
    '--wait',
  ]
  expect(await moorage(stage.hub, args)).toMatchObject({ code: 0 })
}

const rows = (page: Page, table: string) => page.getByRole('grid', { name: table }).locator('tbody tr')

/** Every page of the console, and how to know that it is there in full. */
const pages: { name: string; path: string; ready: (page: Page) => Promise<void> }[] = [
  { name: 'fleet', path: '/', ready: page => page.getByRole('link', { name: 'harbour' }).waitFor() },
  { name: 'overview', path: '/clusters/harbour', ready: page => page.getByText('APIServerReachable').waitFor() },
  { name: 'nodes', path: '/clusters/harbour/nodes', ready: page => page.getByText('3 nodes').waitFor() },
  {
    name: 'workloads',
    path: '/clusters/harbour/workloads',
    ready: page => page.getByText('gateway', { exact: true }).waitFor(),
  },
  { name: 'pods', path: '/clusters/harbour/pods', ready: page => rows(page, 'Pods').first().waitFor() },
  { name: 'terminal', path: '/clusters/harbour/terminal', ready: page => page.getByText('Which pod?').waitFor() },
  { name: 'events', path: '/clusters/harbour/events', ready: page => rows(page, 'Events').first().waitFor() },
  { name: 'metrics', path: '/clusters/harbour/metrics', ready: page => page.locator('canvas').nth(1).waitFor() },
  {
    name: 'no-metrics',
    path: '/clusters/lagoon/metrics',
    ready: page => page.getByRole('heading', { name: 'No metrics-server' }).waitFor(),
  },
  {
    name: 'add-agent',
    path: '/add/agent',
    ready: page => page.getByRole('heading', { name: 'What it creates' }).waitFor(),
  },
  {
    name: 'add-kubeconfig',
    path: '/add/kubeconfig',
    ready: page => page.getByText('What the hub checks').waitFor(),
  },
  { name: 'search', path: '/search?find=kind%3APod', ready: page => rows(page, 'Results').first().waitFor() },
  { name: 'search-help', path: '/search', ready: page => page.getByRole('heading', { name: 'Try' }).waitFor() },
  { name: 'receipts', path: '/receipts', ready: page => page.getByText('No receipts').waitFor() },
  { name: 'nowhere', path: '/nowhere', ready: page => page.getByText('There is nothing at this address').waitFor() },
  {
    name: 'no-cluster',
    path: '/clusters/nobody',
    ready: page => page.getByText('No cluster is called nobody').waitFor(),
  },
]

describe.each([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
] as const)('in $theme at $width px', ({ theme, width }) => {
  test('every page is accessible, within its policy and without errors', { timeout: LONG_TEST }, async () => {
    await using visit = await stage.visit({ theme, width })
    const { page, watched } = visit
    const faults: Record<string, string[]> = {}
    for (const { name, path, ready } of pages) {
      await page.goto(path)
      await ready(page)
      // The name of a cluster may come after what a tab shows of it.
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      const found = await pageFaults(page)
      if (found.length > 0) faults[name] = found
      await page.screenshot({ path: join(SHOTS, `${name}-${theme}-${width}.png`) })
    }
    expect(faults).toEqual({})
    expect(watched.errors).toEqual([])
    expect(watched.violations).toEqual([])
    expect([...watched.hosts]).toEqual([new URL(stage.hub.url).host])
  })
})

describe('sign-in', () => {
  test('says in the words of the API why a token is refused, and lets the right one in where one wanted to go', async () => {
    await using visit = await stage.visit({ signIn: false })
    const { page, watched } = visit
    const answer = (await (
      await stage.hub.fetch('/api/v1/session', { method: 'POST', body: { token: 'moorage_wrong' } })
    ).json()) as { detail: string; fix: string }
    await page.goto('/clusters/harbour/nodes')
    await page.locator('#token').fill('moorage_wrong')
    await page.keyboard.press('Enter')
    const alert = page.getByRole('alert')
    await alert.getByText(answer.detail).waitFor()
    await alert.getByText(answer.fix).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.screenshot({ path: join(SHOTS, 'sign-in-refused.png') })
    await page.locator('#token').fill(stage.hub.token)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'harbour' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/clusters/harbour/nodes')
    expect(watched.errors).toEqual([])
  })

  test('leaves no token within reach of scripts, and signing out ends it', async () => {
    await using visit = await stage.visit()
    const { page } = visit
    const reach = await page.evaluate<string>('JSON.stringify([document.cookie, localStorage, sessionStorage])')
    expect(reach).not.toContain(stage.hub.token)
    const cookies = await page.context().cookies()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' })
    await page.getByRole('button', { name: /^Signed in as/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.locator('#token').waitFor()
    await page.goto('/clusters/harbour')
    await page.locator('#token').waitFor()
  })
})

test('the fleet is narrowed and sorted, and its address says how', async () => {
  await using visit = await stage.visit()
  const { page } = visit
  await rows(page, 'Clusters').nth(1).waitFor()
  await page.getByLabel('Filter by label selector').fill('env=test')
  await eventually(async () => expect(await rows(page, 'Clusters').count()).toBe(1), { within: SHOWS_WITHIN })
  expect(page.url()).toContain('selector=env')
  await page.reload()
  await page.getByText('1 of 2 clusters').waitFor()
  await page.getByLabel('Filter by label selector').fill('env in prod')
  await page.getByText(/^The label selector should have/).waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByLabel('Filter by words').fill('kubeadm')
  await page.getByText('1 of 2 clusters').waitFor()
  await page.getByLabel('Filter by words').fill('nothing has this')
  await page.getByText('No cluster matches').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).last().click()
  await page.getByRole('button', { name: 'Name' }).click()
  await eventually(async () => expect(await rows(page, 'Clusters').first().textContent()).toContain('lagoon'), {
    within: SHOWS_WITHIN,
  })
})

test('the circle at a cluster’s name says the phase and why, also to the keyboard', async () => {
  await using visit = await stage.visit()
  const { page } = visit
  const circle = rows(page, 'Clusters')
    .filter({ hasText: 'harbour' })
    .getByRole('img', { name: /^Running: / })
  await circle.focus()
  await page.getByRole('tooltip').getByText('Running').waitFor()
})

test('a node that goes away leaves the page without a reload', async () => {
  await using visit = await stage.visit()
  const { page } = visit
  await page.goto('/clusters/harbour/nodes')
  await page.getByText('3 nodes').waitFor()
  await page.evaluate('window.sameDocument = true')
  const [name] = await harbour.kwok.addNodes(1)
  await page.getByText('4 nodes').waitFor()
  await harbour.kwok.removeNode(name as string)
  await page.getByText('3 nodes').waitFor()
  expect(await page.evaluate('window.sameDocument')).toBe(true)
})

test('the theme is chosen, kept and there before the first paint', async () => {
  await using visit = await stage.visit({ theme: 'light' })
  const { page } = visit
  const dark = () => page.evaluate<boolean>("document.documentElement.classList.contains('pf-v6-theme-dark')")
  expect(await dark()).toBe(false)
  await page.getByRole('button', { name: 'Dark theme' }).click()
  await eventually(async () => expect(await dark()).toBe(true), { within: SHOWS_WITHIN })
  await page.goto('/receipts', { waitUntil: 'commit' })
  await page.waitForFunction('document.body !== null')
  expect(await dark()).toBe(true)
  await page.getByRole('button', { name: 'Theme of the system' }).click()
  await eventually(async () => expect(await dark()).toBe(false), { within: SHOWS_WITHIN })
  await page.emulateMedia({ colorScheme: 'dark' })
  await eventually(async () => expect(await dark()).toBe(true), { within: SHOWS_WITHIN })
})

test('search finds objects of all clusters from any page, and says what it can not read', async () => {
  await using visit = await stage.visit()
  const { page } = visit
  await page.getByRole('link', { name: 'harbour' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('kind:Node')
  await page.keyboard.press('Enter')
  await page.getByText('5 objects').waitFor()
  await page.getByLabel('Search the whole fleet').fill('colour:red')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('colour').first().waitFor()
})

test('a cluster that stops answering shows by itself, with the reason, and comes back', async () => {
  await using visit = await stage.visit()
  const { page } = visit
  const row = rows(page, 'Clusters').filter({ hasText: 'lagoon' })
  await row.getByRole('img', { name: /^Running: / }).waitFor()
  await lagoon.controlPlane.stopApiServer()
  await row.getByRole('img', { name: /^Unreachable: / }).waitFor()
  await row.getByText('Unreachable').waitFor()
  await page.screenshot({ path: join(SHOTS, 'fleet-unreachable.png') })
  await lagoon.controlPlane.startApiServer()
  await row.getByRole('img', { name: /^Running: / }).waitFor({ timeout: 60_000 })
})

test('without the hub the page says so and from when it is, and goes on when the hub is back', async () => {
  await using visit = await stage.visit()
  const { page } = visit
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'harbour' }).waitFor()
  await stage.hub.kill()
  const banner = page.getByText('Connection to the hub lost.')
  await banner.waitFor()
  await page.getByText(/What you see is from/).waitFor()
  expect(await page.getByRole('link', { name: 'harbour' }).isVisible()).toBe(true)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'connection-lost.png') })
  await stage.hub.restart()
  await banner.waitFor({ state: 'hidden', timeout: 60_000 })
  await page.getByText('Live', { exact: true }).waitFor()
})

test('a cluster is let go after its name was typed, and the receipt is shown', async () => {
  await using visit = await stage.visit()
  const { page, watched } = visit
  await page.goto('/clusters/lagoon')
  await page.getByRole('button', { name: 'Disconnect' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Will be forgotten by the hub').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  const go = dialog.getByRole('button', { name: 'Disconnect' })
  expect(await go.isDisabled()).toBe(true)
  await dialog.getByLabel('Type lagoon to confirm').fill('lagon')
  expect(await go.isDisabled()).toBe(true)
  await dialog.getByLabel('Type lagoon to confirm').fill('lagoon')
  await go.click()
  await dialog.getByText('lagoon is disconnected').waitFor()
  await dialog.getByText('Forgotten by the hub').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'receipt.png') })
  await dialog.getByRole('button', { name: 'Back to the fleet' }).click()
  await page.getByText('1 cluster', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Receipts' }).click()
  await page.getByRole('heading', { name: 'lagoon' }).waitFor()
  expect(watched.errors).toEqual([])
})

test('a fleet without clusters shows how to connect the first, by commands to copy', async () => {
  await using other = await openStage()
  await using visit = await other.visit()
  const { page, watched } = visit
  await page.getByText('Connect your first cluster').waitFor()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy: Command that connects a cluster' }).click()
  expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^moorage cluster connect /)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'fleet-empty.png') })
  expect(watched.violations).toEqual([])
})
