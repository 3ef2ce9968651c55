import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportProgress } from '@moorage/contract/agent.ts'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import { kubeconfigText } from '@moorage/testkit/kubeconfig.ts'
import { startTestbed, type Testbed } from '@moorage/testkit/testbed.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './accessibility.ts'
import { agentGone } from './agent-gone.ts'
import { JOINS_WITHIN, LONG_TEST, openStage, SHOTS, type Stage } from './stage.ts'

let stage: Stage
let member: Testbed
let kubeconfig: string
beforeAll(async () => {
  ;[stage, member] = await Promise.all([openStage(), startTestbed({ name: 'browser-add', nodes: 2 })])
  kubeconfig = readFileSync(member.controlPlane.kubeconfigPath, 'utf8')
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
})

const shot = (page: Page, name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const disconnect = (name: string) =>
  stage.hub.fetch(`/api/v1/clusters/${name}/disconnect`, { method: 'POST', body: {} })

/** Where a browser or a hub keeps what it should not. */
async function expectNowhere(page: Page, secret: string): Promise<void> {
  const kept = await page.evaluate<string>(
    'JSON.stringify([location.href, document.cookie, localStorage, sessionStorage, history.state])',
  )
  expect(kept).not.toContain(secret)
  expect(readFileSync(stage.hub.logPath, 'utf8')).not.toContain(secret)
}
const looks = [
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
] as const

describe('by agent', () => {
  test.each(looks)(
    'the form says what is wrong and what the owner is asked for, $theme at $width px',
    { timeout: LONG_TEST },
    async look => {
      await using visit = await stage.visit(look)
      const { page, watched } = visit
      await page.getByRole('link', { name: 'Import by agent' }).click()
      await page.getByRole('heading', { name: 'What it creates' }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/add/agent')
      // The cursor is in the first field.
      await page.keyboard.type('No_Name')
      await page.getByText('Name must be 1 to 63 of a-z').waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      await shot(page, `add-agent-fault-${look.theme}-${look.width}`)
      await page.getByText('Nothing else: no Secrets').waitFor()
      await page.getByLabel('Full').check()
      await page.getByText('objects of every kind, Secrets among them').last().waitFor()
      await page.getByLabel('Read-only').check()
      await button(page, 'Namespace, proxies, certificates, image').click()
      expect(await page.locator('#field-agent-proxy-https').isDisabled()).toBe(true)
      await page.getByText('A read-only agent has no proxy settings').waitFor()
      await page.getByLabel('The hub can only be reached through a proxy').check()
      await page.locator('#field-agent-proxy-https').fill('proxy')
      await page.getByText('must be an http or https URL').waitFor()
      await page.getByLabel('CA bundle').fill('nonsense')
      await page.locator('#field-agent-namespace').fill('moored')
      await page.getByText('Namespace moored', { exact: true }).waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      await shot(page, `add-agent-${look.theme}-${look.width}`)
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      expect(wide).toBeLessThanOrEqual(0)

      // What only the hub can tell comes back to its field, folded away or not.
      await page.locator('#field-agent-proxy-https').fill('http://proxy.example.com:3128')
      await page.locator('#field-name').fill(`refused-${look.theme}-${look.width}`)
      await button(page, 'Namespace, proxies, certificates, image').click()
      await button(page, 'Make the command').click()
      await page
        .getByText(/CA bundle.*certificate|certificate.*PEM/i)
        .first()
        .waitFor()
      await page.locator('#field-agent-caBundle:focus').waitFor()
      expect(watched.violations).toEqual([])
      expect(watched.errors).toEqual([])
    },
  )

  test.each(looks)(
    'the command is copied, found again, made anew, run and gone, $theme at $width px',
    { timeout: LONG_TEST },
    async look => {
      const name = `edge-${look.theme}-${look.width}`
      await using visit = await stage.visit(look)
      const { page, watched } = visit
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.goto('/add')
      await page.locator('#field-name').fill(name)
      await page.getByLabel('Labels').fill('env=test, team=shop')
      await page.keyboard.press('Enter')
      await page.getByText('Run this where kubectl reaches the cluster:').waitFor()
      expect(new URL(page.url()).pathname).toBe(`/clusters/${name}`)
      const copied = async () => {
        await button(page, 'Copy: Command that imports the cluster').click()
        return page.evaluate<string>('navigator.clipboard.readText()')
      }
      const command = await copied()
      const token = /join_[\w-]+/.exec(command)?.[0] ?? 'none'
      expect(command).toMatch(/kubectl apply -f/)
      await expectNowhere(page, token)
      await page.getByText(/^Works once, for another (59 min|1 h)/).waitFor()
      const steps = page.getByRole('list', { name: 'Steps of the import' })
      await steps.getByText('Manifest fetched').waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      await shot(page, `add-command-${look.theme}-${look.width}`)

      await page.getByRole('link', { name: 'Fleet' }).last().click()
      await page.getByRole('link', { name }).click()
      expect(await copied()).toBe(command)
      await page.reload()
      await page.getByText('The command is not shown again').waitFor()
      await shot(page, `add-not-again-${look.theme}-${look.width}`)
      await button(page, 'New command').click()
      await page.getByText('Run this where kubectl reaches the cluster:').waitFor()
      expect(await copied()).not.toBe(command)

      const saving = page.waitForEvent('download')
      await button(page, 'Download the manifest').click()
      const saved = await saving
      expect(saved.suggestedFilename()).toBe(`${name}-agent.yaml`)
      const manifest = await readFile(await saved.path(), 'utf8')
      const dir = join(member.controlPlane.dir, name)
      await using agent = await startAgent({ dir, plane: member.controlPlane, manifest })
      await steps.waitFor({ state: 'detached', timeout: JOINS_WITHIN })
      await page.getByLabel('Agent', { exact: true }).getByText(agent.pod).first().waitFor()
      const labels = (await (await stage.hub.fetch(`/api/v1/clusters/${name}`)).json()) as { labels: unknown }
      expect(labels.labels).toEqual({ env: 'test', team: 'shop' })
      expect(watched.violations).toEqual([])
      expect(watched.errors).toEqual([])
      expect((await disconnect(name)).status).toBe(200)
      await agentGone(agent, member.controlPlane.kubeconfigPath)
    },
  )

  test('a token that ran out is replaced where that is allowed', async () => {
    await using visit = await stage.visit()
    const { page } = visit
    await stage.hub.fetch('/api/v1/imports', { method: 'POST', body: { name: 'late' } })
    // A token is good for a minute at least, which no test should wait for: the hub's own word for it is put into its answer.
    const progress = (await (await stage.hub.fetch('/api/v1/clusters/late/import')).json()) as ImportProgress
    await page.route('**/api/v1/clusters/late/import', route =>
      route.request().method() === 'GET'
        ? route.fulfill({ json: { ...progress, token: 'expired' } })
        : route.continue(),
    )
    await page.goto('/clusters/late')
    await page.getByText('The command has run out').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await shot(page, 'add-expired')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await button(page, 'New command').click()
    await page.getByText('Run this where kubectl reaches the cluster:').waitFor()
    expect((await disconnect('late')).status).toBe(200)
  })
})

describe('by kubeconfig', () => {
  test.each(looks)(
    'steps come one by one, refusals stand at their place, $theme at $width px',
    { timeout: LONG_TEST },
    async look => {
      const name = `prod-${look.theme}-${look.width}`
      await using visit = await stage.visit(look)
      const { page, watched } = visit
      await page.goto('/add/kubeconfig')
      const text = page.locator('#field-kubeconfig')
      const step = (title: string) => page.getByRole('listitem').filter({ hasText: title })
      await button(page, 'Check and connect').click()
      await page.getByText('Kubeconfig must not be empty.').waitFor()
      await page.locator('#field-name:focus').waitFor()
      await page.locator('#field-name').fill(name)

      await text.fill('nonsense: [')
      await button(page, 'Only check').click()
      await page
        .locator('#field-kubeconfig-help')
        .getByText(/line 1/)
        .waitFor()

      // Nobody listens there.
      await text.fill(
        kubeconfigText({ name: 'nobody', server: 'https://127.0.0.1:9', user: { token: 'planted-secret' } }),
      )
      await button(page, 'Only check').click()
      await step('The server answers').getByText('failed').waitFor({ state: 'attached' })
      await step('The server answers').getByText('Check host and port').waitFor()
      await step('Its address may be dialled').getByText('done').waitFor({ state: 'attached' })
      expect(await accessibilityFaults(page)).toEqual([])
      await shot(page, `add-refused-${look.theme}-${look.width}`)
      await expectNowhere(page, 'planted-secret')

      // Several contexts, none of them current.
      const several = kubeconfig
        .replace(/^current-context:.*$/m, '')
        .replace(/^contexts:$/m, 'contexts:\n  - name: other\n    context: { cluster: nothing, user: nobody }')
      await page.getByLabel('File with the kubeconfig').setInputFiles({
        name: 'config',
        mimeType: 'text/plain',
        buffer: Buffer.from(several),
      })
      await button(page, 'Only check').click()
      const context = page.locator('select#field-context')
      await context.waitFor()
      expect(await context.locator('option').allTextContents()).toContain('other')
      await shot(page, `add-context-${look.theme}-${look.width}`)
      const own = (await context.locator('option').allTextContents()).find(
        one => one !== 'other' && one !== 'Choose one',
      )
      await context.selectOption(own ?? '')
      await button(page, 'Only check').click()
      await page.getByText('Nothing was stored.').waitFor()
      await button(page, 'Check and connect').click()
      await page.getByText(`${name} is connected`).waitFor()
      await step('What the credential may do').getByText(/\d ms/).waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      await shot(page, `add-connected-${look.theme}-${look.width}`)
      const key = /client-key-data: (\S{40})/.exec(kubeconfig)?.[1] ?? 'no key'
      expect(kubeconfig).toContain(key)
      await expectNowhere(page, key)
      await button(page, 'Connect another one').click()
      expect(await text.inputValue()).toBe('')

      // The same cluster again: by its name, then by another.
      await page.getByText('Name is the name of another cluster.').waitFor()
      await page.locator('#field-name').fill('again')
      await text.fill(kubeconfig)
      await button(page, 'Check and connect').click()
      await step('Who the cluster is')
        .getByRole('link', { name: `Open ${name}` })
        .click()
      await page.getByRole('heading', { name }).waitFor()
      expect(watched.violations).toEqual([])
      expect(watched.errors).toEqual([])
      expect((await disconnect(name)).status).toBe(200)
    },
  )

  test('a check that hangs shows where, and TLS is left unverified only by choice', async () => {
    await using visit = await stage.visit()
    const { page } = visit
    await page.goto('/add/kubeconfig')
    await page.locator('#field-name').fill('loose')
    const loose = kubeconfig.replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true')
    await page.locator('#field-kubeconfig').fill(loose)
    await button(page, 'Only check').click()
    const accept = page.getByLabel('Accept that TLS is not verified')
    await accept.waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await shot(page, 'add-insecure')
    await accept.check()
    member.controlPlane.freeze()
    await button(page, 'Only check').click()
    const reaching = page.getByRole('listitem').filter({ hasText: 'The server answers' })
    await reaching.getByText('under way').waitFor({ state: 'attached' })
    await shot(page, 'add-under-way')
    member.controlPlane.thaw()
    await page.getByText('Nothing was stored.').waitFor()
  })
})
