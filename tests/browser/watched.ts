import type { Page } from 'playwright-core'

/** What went wrong in a page since it was opened. */
export interface Watched {
  /** Errors and warnings of the console, and exceptions. What the browser says of an answer of 4xx is not among them: tests look at those answers. */
  readonly errors: string[]
  /** What the content security policy stopped. */
  readonly violations: string[]
  /** Hosts that were asked for anything. */
  readonly hosts: Set<string>
}

/** What a browser says of an answer of 4xx, to a request and to the upgrade to a WebSocket. */
const REFUSED = /^Failed to load resource|^WebSocket connection to .* Unexpected response code: 4/

/** Runs in the page, before anything of it does. */
const REPORT = `document.addEventListener('securitypolicyviolation', event => {
  reportViolation([event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(' '))
})`

/** Starts looking at what goes wrong in a page. */
export async function watch(page: Page): Promise<Watched> {
  const watched: Watched = { errors: [], violations: [], hosts: new Set() }
  page.on('console', message => {
    const noise = REFUSED.test(message.text())
    if (!noise && ['error', 'warning'].includes(message.type())) watched.errors.push(message.text())
  })
  page.on('pageerror', error => watched.errors.push(error.stack ?? error.message))
  page.on('request', request => {
    const url = new URL(request.url())
    if (url.protocol !== 'data:') watched.hosts.add(url.host)
  })
  await page.exposeFunction('reportViolation', (text: string) => watched.violations.push(text))
  await page.addInitScript({ content: REPORT })
  return watched
}
