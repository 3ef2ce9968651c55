import { join } from 'node:path'
import type { Imported } from '@moorage/contract/agent.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { startTestbed, type Testbed } from '@moorage/testkit/testbed.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from './accessibility.ts'
import { agentGone } from './agent-gone.ts'
import { JOINS_WITHIN, openStage, SHOTS, type Stage } from './stage.ts'

let stage: Stage
let member: Testbed
let agent: AgentProcess | undefined
beforeAll(async () => {
  ;[stage, member] = await Promise.all([openStage(), startTestbed({ name: 'browser-import', nodes: 2 })])
})
afterAll(async () => {
  await agent?.[Symbol.asyncDispose]()
  await stage?.[Symbol.asyncDispose]()
  await member?.[Symbol.asyncDispose]()
})

test.each(['light', 'dark'] as const)(
  'an import shows its steps until it is Running, then its agent, %s',
  async theme => {
    const name = `edge-${theme}`
    const answer = await stage.hub.fetch('/api/v1/imports', { method: 'POST', body: { name } })
    const { manifest } = (await answer.json()) as Imported
    await using visit = await stage.visit({ theme, width: theme === 'dark' ? 390 : 1440 })
    const { page, watched } = visit
    await page.goto(`/clusters/${name}`)
    const steps = page.getByRole('list', { name: 'Steps of the import' })
    await steps.getByText('Manifest fetched').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.screenshot({ path: join(SHOTS, `import-${theme}.png`), fullPage: true })

    const dir = join(member.controlPlane.dir, `agent-${theme}`)
    agent = await startAgent({ dir, plane: member.controlPlane, manifest })
    const facts = page.getByLabel('Agent', { exact: true })
    await facts.getByText('read-only mode').waitFor({ timeout: JOINS_WITHIN })
    await facts.getByText(agent.pod).first().waitFor()
    await steps.waitFor({ state: 'detached', timeout: JOINS_WITHIN })
    expect(await accessibilityFaults(page)).toEqual([])
    await page.screenshot({ path: join(SHOTS, `imported-${theme}.png`), fullPage: true })
    expect(watched.violations).toEqual([])

    expect((await stage.hub.fetch(`/api/v1/clusters/${name}/disconnect`, { method: 'POST', body: {} })).status).toBe(
      200,
    )
    await agentGone(agent, member.controlPlane.kubeconfigPath)
  },
)
