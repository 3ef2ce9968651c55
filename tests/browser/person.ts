import { moorage } from '@moorage/testkit/hub-process.ts'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Stage } from './stage.ts'

/** The password of everybody whom `person` makes. */
export const PASSWORD = 'four words are enough'

/** Runs the command line as the hub's first administrator; resolves with what it printed. */
export async function cli(stage: Stage, ...args: string[]): Promise<string> {
  const ran = await moorage(stage.hub, args)
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  return ran.stdout.trim()
}

/** A local user whose password is PASSWORD. */
export async function person(stage: Stage, name: string): Promise<void> {
  const password = await cli(stage, 'user', 'create', name)
  const body = { user: name, password, newPassword: PASSWORD }
  const response = await stage.hub.fetch('/api/v1/session/password', { method: 'POST', body })
  expect(response.status).toBe(201)
  await response.arrayBuffer()
}

/** Fills in the form that a visitor who is not signed in has before them. */
export async function enter(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(user)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
