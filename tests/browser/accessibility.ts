import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = () => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong in a page as it stands, one line for each kind of fault with its first places. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the content security policy does not bind.
  await page.evaluate(source())
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults
  return violations.map(({ id, nodes }) => {
    const places = nodes
      .slice(0, 3)
      .map(({ html, any, all, none }) => `${html.slice(0, 160)} (${[...any, ...all, ...none][0]?.message ?? ''})`)
    return `${id}: ${places.join(' | ')}`
  })
}

/** The same, and whether it is wider than the screen. */
export async function pageFaults(page: Page): Promise<string[]> {
  const found = await accessibilityFaults(page)
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
  return wide > 0 ? [...found, `${wide} px wider than the screen`] : found
}
