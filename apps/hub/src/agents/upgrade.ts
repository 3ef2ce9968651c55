import { setTimeout as pause } from 'node:timers/promises'
import type { ImportProvider } from '@moorage/contract/agent.ts'
import type { AgentOutcome } from '@moorage/contract/routes/agents.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { findAgent, type JoinedAgent } from '../store/agents.ts'
import { changeImage, imageOf, whyNotServing } from './change-image.ts'
import { chosenAgents, outcomeOf, summedUp } from './chosen.ts'
import type { AgentDeps } from './deps.ts'
import { offerManifest } from './offer.ts'
import { openOptions } from './options.ts'
import { inWaves } from './waves.ts'

/** How often it is looked whether an agent has come back, in ms. */
const LOOK_EVERY_MS = 500

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

/** What is clear without a change; null for an agent that the hub upgrades. */
async function sparedFrom(deps: AgentDeps, agent: JoinedAgent): Promise<AgentOutcome | null> {
  const { version } = deps.face
  if (agent.version === version) return outcomeOf(agent, 'nothing-to-do', `It runs ${version} already.`)
  if (agent.mode === 'read-only') return byHand(deps, agent)
  return (await deps.members.connected(agent.id)) ? null : outcomeOf(agent, 'away', 'Its agent is not connected.')
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function upgradeOne(deps: AgentDeps, agent: JoinedAgent, waitMs: number): Promise<AgentOutcome> {
  const { namespace, image: own } = agent.options
  const { name } = agent
  if (own !== undefined) {
    const message = `It runs the image ${own}, which its owner chose. Give it the one of ${deps.face.version}: moorage cluster migrate ${name} --mode full --image REF.`
    return outcomeOf(agent, 'refused', message)
  }
  const image = deps.face.agentImage
  try {
    const transport = await deps.connections.transport(agent.id)
    const before = await imageOf(transport, namespace)
    await changeImage(transport, namespace, image)
    if (await isBack(deps, agent, waitMs)) return outcomeOf(agent, 'done', `It came back with ${deps.face.version}.`)
    const late = `It did not come back with ${deps.face.version} in ${waitMs / 1000} s.`
    return outcomeOf(agent, 'refused', [late, ...(await undo(transport, { namespace, image, before }))].join(' '))
  } catch (error) {
    return outcomeOf(agent, 'refused', wordsOf(error))
  }
}

/** Says what is wrong with the new pod, and takes it away: nothing is left that may come up unasked later. */
async function undo(
  transport: KubeTransport,
  { namespace, image, before }: { namespace: string; image: string; before: string | null },
): Promise<string[]> {
  const why = await whyNotServing(transport, namespace, image).catch(() => null)
  const said = why === null ? [] : [why]
  if (before === null || before === image) return said
  try {
    await changeImage(transport, namespace, before)
    return [...said, `The pod of before serves on, and ${before} is back in the Deployment.`]
  } catch (error) {
    return [...said, `${before} could not be put back into the Deployment: ${wordsOf(error)}`]
  }
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
  const items = await inWaves(
    agents,
    agent => sparedFrom(deps, agent),
    agent => upgradeOne(deps, agent, waitSeconds * 1000),
  )
  return summedUp(items)
}
