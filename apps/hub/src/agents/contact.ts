import type { ImportProvider } from '@moorage/contract/agent.ts'
import { ImportStepName } from '@moorage/contract/agent.ts'
import { z } from 'zod'
import { POD_NAME, saidPlainly, VERSION } from '../said.ts'
import { findAgent } from '../store/agents.ts'
import { markImportStep } from '../store/import-steps.ts'
import type { AgentDeps } from './deps.ts'
import { invalidToken, readJoinToken, readUnusedJoinToken } from './joining.ts'
import { manifestYaml } from './manifest.ts'
import { manifestInput } from './offer.ts'
import { openOptions } from './options.ts'
import { agentVerifier } from './verify.ts'

const publish = (deps: AgentDeps, clusterId: string) =>
  deps.changes.publish({ type: 'cluster', cluster: clusterId, name: '', kinds: [], at: deps.now().toISOString() })

/** The manifest that a token was made for, as long as the token is unused. Fetching it does not use it. */
export async function fetchManifest(deps: AgentDeps, tokenText: string): Promise<string> {
  const token = await readUnusedJoinToken(deps, tokenText)
  const agent = await findAgent(deps.store.db, token.cluster_id)
  if (agent === undefined) throw invalidToken('belongs to a cluster that is gone')
  const options = openOptions(deps.sealer, token.cluster_id, agent.options)
  const provider = agent.provider as ImportProvider
  const text = manifestYaml(manifestInput(deps, { mode: token.mode, provider, options }, tokenText))
  const message = 'The manifest was fetched.'
  await markImportStep(deps.store.db, token.cluster_id, 'manifest', { status: 'ok', message }, deps.now())
  publish(deps, token.cluster_id)
  return text
}

export const Hello = z.object({
  version: z.string().regex(VERSION, 'is not a version'),
  pod: z.string().regex(POD_NAME, 'is not the name of a pod'),
  proxied: z.boolean().default(false),
})

/** The agent can reach the hub: its first call. */
export async function sayHello(deps: AgentDeps, tokenText: string, hello: z.infer<typeof Hello>): Promise<object> {
  const token = await readJoinToken(deps, tokenText)
  const through = hello.proxied ? ' through its proxy' : ''
  const message = `The agent ${hello.version} called the hub${through}, from the pod ${hello.pod}.`
  await markImportStep(deps.store.db, token.cluster_id, 'contact', { status: 'ok', message }, deps.now())
  publish(deps, token.cluster_id)
  return { instance: deps.instance, at: deps.now().toISOString() }
}

export const Trouble = z.object({ step: ImportStepName, message: z.string().min(1).max(500) })

/** What keeps the agent from going on, in its own words. It is shown as text and never more. */
export async function noteTrouble(
  deps: AgentDeps,
  by: { token: string } | { authorization: string },
  { step, message }: z.infer<typeof Trouble>,
): Promise<object> {
  let clusterId: string
  if ('token' in by) clusterId = (await readJoinToken(deps, by.token)).cluster_id
  else {
    clusterId = (await agentVerifier(deps)({ ...by, act: 'POST /agent/v1/trouble' })).clusterId
  }
  await markImportStep(deps.store.db, clusterId, step, { status: 'failed', message: saidPlainly(message) }, deps.now())
  publish(deps, clusterId)
  return {}
}
