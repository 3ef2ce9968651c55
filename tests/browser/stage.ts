import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium as system } from '@moorage/testkit/chromium.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Watched, watch } from './watched.ts'

/** Where screenshots go; the folder is not part of the repository. */
export const SHOTS = '.moorage/screenshots'

/** ms; what a page on a busy machine takes at most to show what the hub already knows. */
export const SHOWS_WITHIN = 20_000

/** ms; an agent that has just been started, until its cluster is Running: a process, six steps and an inventory on a busy machine. */
export const JOINS_WITHIN = 60_000

/** ms; a test that goes over every page, or from a form to a running cluster, where other suites run beside it. */
export const LONG_TEST = 300_000

/** What the browser must not do beside showing our pages. */
const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A page and what went wrong in it. */
export interface Visit extends AsyncDisposable {
  readonly page: Page
  readonly watched: Watched
}

/** A hub and a browser. */
export interface Stage extends AsyncDisposable {
  readonly hub: HubProcess
  /** A fresh visitor. `theme` is what their system prefers; with `signIn` they are at the fleet. */
  visit(options?: { theme?: 'light' | 'dark'; width?: number; signIn?: boolean }): Promise<Visit>
}

/** Starts a hub, with further arguments of `moorage server`, and a browser. */
export async function openStage(args: string[] = []): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-browser-'))
  mkdirSync(SHOTS, { recursive: true })
  await using starting = new AsyncDisposableStack()
  starting.defer(() => rmSync(dir, { recursive: true, force: true }))
  const hub = starting.use(await startHub({ dir, args }))
  const { executablePath, args: own } = system()
  const browser: Browser = await chromium.launch({ executablePath, args: [...own, ...QUIET] })
  starting.defer(() => browser.close())
  const stack = starting.move()
  return {
    hub,
    visit: async ({ theme = 'light', width = 1440, signIn = true } = {}) => {
      const context = await browser.newContext({
        baseURL: hub.url,
        viewport: { width, height: 900 },
        colorScheme: theme,
        ignoreHTTPSErrors: true, // the hub made its own CA
      })
      context.setDefaultTimeout(SHOWS_WITHIN)
      const page = await context.newPage()
      const watched = await watch(page)
      if (signIn) await signInAt(page, '/', hub.token)
      return { page, watched, [Symbol.asyncDispose]: () => close(context) }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Goes to an address as somebody who is not signed in, and signs in there. */
export async function signInAt(page: Page, path: string, token: string): Promise<void> {
  await page.goto(path)
  await page.locator('#token').fill(token)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('main').and(page.locator('#main')).waitFor()
}

const close = (context: BrowserContext) => context.close()
