import type { AgentProcess } from '@moorage/testkit/agent-process.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { expect } from 'vitest'

/** ms that a namespace may take to go. */
const GONE_WITHIN = 30_000

/** Resolves when the agent has ended and its namespace is gone: the next import into the same cluster is into one of that name. */
export async function agentGone(agent: AgentProcess, kubeconfigPath: string): Promise<void> {
  await agent.ended
  const args = ['get', 'namespace', 'moorage-system', '--ignore-not-found', '-o', 'name']
  const looked = async () => expect(await kubectl(kubeconfigPath, args)).toMatchObject({ code: 0, stdout: '' })
  await eventually(looked, { within: GONE_WITHIN })
}
