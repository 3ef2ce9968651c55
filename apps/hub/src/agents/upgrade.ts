import { setTimeout as pause } from 'node:timers/promises'
import type { ImportProvider } from '@moorage/contract/agent.ts'
import type { AgentOutcome } from '@moorage/contract/routes/agents.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { AGENT_NAME } from '@moorage/removal/own-objects.ts'
import { findAgent, type JoinedAgent } from '../store/agents.ts'
import { chosenAgents, eachOf, outcomeOf, summedUp } from './chosen.ts'
import type { AgentDeps } from './deps.ts'
import { agentImage } from './image.ts'
import { offerManifest } from './offer.ts'
import { openOptions } from './options.ts'
import { wavesOf } from './waves.ts'

/** Agents of one wave that are upgraded at the same time. */
const AT_ONCE = 20
/** How often it is looked whether an agent has come back, in ms. */
const LOOK_EVERY_MS = 500
/** The change of one Deployment, in ms. */
const PATCH_MS = 15_000

/** Puts the new image into the agent's own Deployment. The old pod serves until the new one is there. */
async function changeImage(deps: AgentDeps, agent: JoinedAgent, image: string): Promise<void> {
  const transport = await deps.connections.transport(agent.id)
  const { namespace } = agent.options
  const answer = await transport.request(
    {
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/${AGENT_NAME}?fieldManager=moorage`,
      headers: { 'content-type': 'application/strategic-merge-patch+json', accept: 'application/json' },
      body: JSON.stringify({ spec: { template: { spec: { containers: [{ name: 'agent', image }] } } } }),
    },
    AbortSignal.timeout(PATCH_MS),
  )
  answer.body.on('error', () => {})
  answer.body.destroy()
  if (answer.status >= 300) {
    throw new KubeStatusError(answer.status, '', `The API server answered ${answer.status} to the change of the image.`)
  }
}

/** Resolves with whether the agent has come back with the hub's version. */
async function isBack(deps: AgentDeps, agent: JoinedAgent, waitMs: number): Promise<boolean> {
  const until = performance.now() + waitMs
  while (performance.now() < until) {
    const { version } = (await findAgent(deps.store.db, agent.id)) ?? {}
    if (version === deps.face.version && (await deps.members.connected(agent.id))) return true
    await pause(LOOK_EVERY_MS)
  }
  return false
}

function byHand(deps: AgentDeps, agent: JoinedAgent): AgentOutcome {
  const options = openOptions(deps.sealer, agent.id, agent.options)
  const provider = agent.provider as ImportProvider
  const { manifest } = offerManifest(deps, { mode: agent.mode, provider, options, token: null })
  return outcomeOf(agent, 'by-hand', 'Its mode is read-only: its owner applies the manifest.', manifest)
}

async function upgradeOne(deps: AgentDeps, agent: JoinedAgent, waitMs: number): Promise<AgentOutcome> {
  const { version } = deps.face
  if (agent.version === version) return outcomeOf(agent, 'nothing-to-do', `It runs ${version} already.`)
  if (agent.mode === 'read-only') return byHand(deps, agent)
  if (!(await deps.members.connected(agent.id))) return outcomeOf(agent, 'away', 'Its agent is not connected.')
  const own = agent.options.image
  if (own !== undefined) {
    const message = `It runs the image ${own}, which its owner chose: migrate it with the new one.`
    return outcomeOf(agent, 'refused', message)
  }
  try {
    await changeImage(deps, agent, agentImage(version))
  } catch (error) {
    return outcomeOf(agent, 'refused', error instanceof Error ? error.message : String(error))
  }
  return (await isBack(deps, agent, waitMs))
    ? outcomeOf(agent, 'done', `It came back with ${version}.`)
    : outcomeOf(agent, 'refused', `It did not come back with ${version} in ${waitMs / 1000} s; the one before goes on.`)
}

/**
 * Brings agents to the hub's version, in waves. An agent that does not come
 * back as it should ends it: whoever is behind it keeps what it has.
 */
export async function upgradeAgents(
  deps: AgentDeps,
  { clusters, waitSeconds }: { clusters?: string[] | undefined; waitSeconds: number },
) {
  const agents = await chosenAgents(deps, clusters)
  const items: AgentOutcome[] = []
  let paused = false
  for (const wave of wavesOf(agents)) {
    if (paused) {
      items.push(...wave.map(agent => outcomeOf(agent, 'not-begun', 'An agent before it did not come back.')))
      continue
    }
    const results = await eachOf(wave, AT_ONCE, agent => upgradeOne(deps, agent, waitSeconds * 1000))
    items.push(...results)
    paused = results.some(({ outcome }) => outcome === 'refused')
  }
  return summedUp(items)
}
