import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IssuerProcess, startIssuer } from '@moorage/testkit/issuer-process.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from './accessibility.ts'
import { enter, PASSWORD, person, cli as runCli } from './person.ts'
import { openStage, SHOTS, type Stage, signInAt } from './stage.ts'

const dir = mkdtempSync(join(tmpdir(), 'moorage-sign-in-'))
let stage: Stage
let issuer: IssuerProcess

beforeAll(async () => {
  stage = await openStage()
  const { url } = stage.hub
  issuer = await startIssuer({
    dir,
    clients: [{ id: 'moorage', redirectUris: [`${url}/auth/corp/callback`], signedOutUris: [`${url}/`] }],
    accounts: { grace: { name: 'Grace Hopper', groups: ['ops'] } },
  })
})
afterAll(async () => {
  await Promise.all([issuer?.[Symbol.asyncDispose](), stage?.[Symbol.asyncDispose]()])
  rmSync(dir, { recursive: true, force: true })
})

const cli = (...args: string[]) => runCli(stage, ...args)
const inside = (page: Page) => page.locator('#main').waitFor()

test('a fresh hub asks for its admin token, and takes a password as well', async () => {
  await using visit = await stage.visit({ signIn: false })
  const { page, watched } = visit
  await page.goto('/')
  await page.locator('#token').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Sign in with a password' }).click()
  await page.locator('#password').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await signInAt(page, '/account', stage.hub.token)
  await page.getByText('with an admin token').waitFor()
  await page.getByText('this one').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  expect(watched.errors).toEqual([])
})

test('whoever was given a password chooses another before anything else', async () => {
  const given = await cli('user', 'create', 'ada')
  await using visit = await stage.visit({ signIn: false })
  const { page, watched } = visit
  await page.goto('/search')
  await enter(page, 'ada', 'not the right one')
  await page.getByRole('alert').getByText('The name or the password is wrong').waitFor()
  await enter(page, 'ada', given)
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'sign-in-new-password.png') })
  const change = page.getByRole('button', { name: 'Change it and sign in' })
  await page.locator('#new-password').fill(PASSWORD)
  await page.locator('#new-password-again').fill(`${PASSWORD}!`)
  await page.getByText('The two differ').waitFor()
  expect(await change.isDisabled()).toBe(true)
  await page.locator('#new-password-again').fill(PASSWORD)
  await change.click()
  await inside(page)
  expect(new URL(page.url()).pathname).toBe('/search')
  const cookies = await page.context().cookies()
  expect(cookies.filter(({ name }) => name === '__Host-moorage')).toMatchObject([
    { httpOnly: true, secure: true, sameSite: 'Strict' },
  ])
  expect(watched.errors).toEqual([])
  expect(watched.violations).toEqual([])
})

test('at an issuer, there and back to where one wanted to be, and out of both again', async () => {
  const add = ['issuer', 'add', 'corp', '--url', issuer.url, '--client-id', 'moorage', '--label', 'Example Corp']
  await cli(...add, ...['profile', 'email', 'groups'].flatMap(scope => ['--scope', scope]))
  await using visit = await stage.visit({ signIn: false })
  const { page, watched } = visit
  await page.goto('/account')
  const button = page.getByRole('link', { name: 'Sign in with Example Corp' })
  await button.waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'sign-in-issuer.png') })
  await button.click()
  await page.getByLabel('Account').fill('nobody')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('alert').getByText('The issuer did not let you in.').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.goto('/account')
  await button.click()
  await page.getByLabel('Account').fill('grace')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('at the issuer corp').waitFor()
  expect(new URL(page.url()).pathname).toBe('/account')
  await page.getByText('ops', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Signed in as grace/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL(url => url.origin === issuer.url)
  await page.goto('/account')
  await button.waitFor()
  expect(watched.violations).toEqual([])
})

describe.each([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
] as const)('my account in $theme at $width px', ({ theme, width }) => {
  test('shows sessions and tokens, and is accessible', async () => {
    const name = `eve-${theme}-${width}`
    await person(stage, name)
    await using visit = await stage.visit({ theme, width, signIn: false })
    const { page, watched } = visit
    await page.goto('/account')
    await enter(page, name, PASSWORD)
    await page.getByText('with a password of this hub').waitFor()
    await page.getByLabel('What the new token is for').fill('my laptop')
    await page.getByRole('button', { name: 'Make a token for 90 days' }).click()
    const shown = page.getByLabel('New token', { exact: true })
    await shown.waitFor()
    expect(await shown.inputValue()).toMatch(/^moorage_[\w-]{43}$/)
    await page.getByRole('button', { name: 'Revoke my laptop' }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(
      0,
    )
    await page.screenshot({ path: join(SHOTS, `account-${theme}-${width}.png`), fullPage: true })
    await page.getByRole('button', { name: 'Revoke my laptop' }).click()
    await page.getByText('There are none.').waitFor()
    // One session of the first password, one of this page.
    await page.getByRole('button', { name: /^End the session from/ }).click()
    await page.getByRole('button', { name: /^End the session from/ }).waitFor({ state: 'detached' })
    await page.getByText('this one').waitFor()
    for (const path of ['/device', '/command-line']) {
      await page.goto(path)
      await inside(page)
      expect(await accessibilityFaults(page), path).toEqual([])
    }
    expect(watched.errors).toEqual([])
    expect(watched.violations).toEqual([])
    expect([...watched.hosts]).toEqual([new URL(stage.hub.url).host])
  })
})

test('a command line on the same machine gets its code at its own address alone', async () => {
  await person(stage, 'carl')
  const answers: string[] = []
  const server = createServer((request, response) => {
    answers.push(request.url ?? '')
    response.end('Done')
  })
  await using stack = new AsyncDisposableStack()
  stack.defer(() => void server.close())
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const visit = stack.use(await stage.visit({ signIn: false }))
  const { page, watched } = visit
  const state = 's'.repeat(43)
  const query = new URLSearchParams({ port: String(port), state, challenge: 'c'.repeat(43), client: 'ship' })
  await page.goto(`/command-line?${query}`)
  await enter(page, 'carl', PASSWORD)
  await page.getByText('(ship)').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.screenshot({ path: join(SHOTS, 'command-line.png') })
  await page.getByRole('button', { name: 'Let it in' }).click()
  await page.waitForURL(url => url.port === String(port))
  expect(answers[0]).toMatch(new RegExp(`^/\\?code=[\\w-]{43}&state=${state}$`))
  expect(watched.violations).toEqual([])
})

test('a command line elsewhere is let in by the code that it shows', async () => {
  await person(stage, 'dana')
  const asked = await stage.hub.fetch('/api/v1/device-codes', { method: 'POST', body: { client: 'server-1' } })
  const { userCode, deviceCode } = (await asked.json()) as { userCode: string; deviceCode: string }
  await using visit = await stage.visit({ signIn: false })
  const { page, watched } = visit
  await page.goto('/device')
  await enter(page, 'dana', PASSWORD)
  await page.locator('#user-code').fill('BBBB-BBBB')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('No command line waits behind this code.').waitFor()
  await page.locator('#user-code').fill(userCode.toLowerCase())
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('server-1').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Let it in' }).click()
  await page.getByText('The command line is let in').waitFor()
  const answer = await stage.hub.fetch('/api/v1/device-codes/token', { method: 'POST', body: { deviceCode } })
  expect(await answer.json()).toMatchObject({ state: 'allowed', token: { identity: { name: 'dana' } } })
  expect(watched.errors).toEqual([])
})
