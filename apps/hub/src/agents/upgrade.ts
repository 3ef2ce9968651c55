import { setTimeout as pause } from 'node:timers/promises'
import type { ImportProvider } from '@moorage/contract/agent.ts'
import type { AgentOutcome, RollOut, RollOutStep } from '@moorage/contract/roll-out.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { findAgent, type JoinedAgent } from '../store/agents.ts'
import { changeImage, imageOf, whyNotServing } from './change-image.ts'
import { chosenAgents, outcomeOf, summedUp } from './chosen.ts'
import type { AgentDeps } from './deps.ts'
import { agentManifest } from './manifest.ts'
import { manifestInput, offerManifest } from './offer.ts'
import { openOptions } from './options.ts'
import { lowerRoles, missingRights, ownRoles } from './own-roles.ts'
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

/** Rights that are named in a sentence; the manifest has them all. */
const RIGHTS_NAMED = 5

const offered = (deps: AgentDeps, agent: JoinedAgent) => ({
  mode: agent.mode,
  provider: agent.provider as ImportProvider,
  options: openOptions(deps.sealer, agent.id, agent.options),
})

function byHand(deps: AgentDeps, agent: JoinedAgent, because: string): AgentOutcome {
  const { manifest } = offerManifest(deps, { ...offered(deps, agent), token: null })
  return outcomeOf(agent, 'by-hand', `${because} Its owner applies the manifest.`, manifest)
}

const rolesOf = (deps: AgentDeps, agent: JoinedAgent, transport: KubeTransport) => {
  const objects = agentManifest(manifestInput(deps, offered(deps, agent), null))
  return ownRoles(transport, { objects, instance: deps.instance })
}

/** What the agent's owner has not given it and this version needs; nothing where that can not be seen, as the upgrade fails then. */
async function rightsToAskFor(deps: AgentDeps, agent: JoinedAgent): Promise<string[]> {
  try {
    return missingRights(await rolesOf(deps, agent, await deps.connections.transport(agent.id)))
  } catch {
    return []
  }
}

/** What is clear without a change; null for an agent that the hub upgrades. */
async function sparedFrom(deps: AgentDeps, agent: JoinedAgent): Promise<AgentOutcome | null> {
  const { version } = deps.face
  const { name, options } = agent
  if (agent.version === version) return outcomeOf(agent, 'nothing-to-do', `It runs ${version} already.`)
  if (agent.mode === 'read-only') return byHand(deps, agent, 'Its mode is read-only.')
  if (options.image !== undefined) {
    const message = `It runs the image ${options.image}, which its owner chose. Give it the one of ${version}: moorage cluster migrate ${name} --mode full --image REF.`
    return outcomeOf(agent, 'refused', message)
  }
  if (!(await deps.members.connected(agent.id))) return outcomeOf(agent, 'away', 'Its agent is not connected.')
  const missing = await rightsToAskFor(deps, agent)
  if (missing.length === 0) return null
  const more = missing.length > RIGHTS_NAMED ? ` and ${missing.length - RIGHTS_NAMED} more` : ''
  return byHand(
    deps,
    agent,
    `${version} needs rights that it has not been given: ${missing.slice(0, RIGHTS_NAMED).join(', ')}${more}.`,
  )
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function upgradeOne(deps: AgentDeps, agent: JoinedAgent, waitMs: number): Promise<AgentOutcome> {
  const { namespace } = agent.options
  const image = deps.face.agentImage
  try {
    const transport = await deps.connections.transport(agent.id)
    const before = await imageOf(transport, namespace)
    await changeImage(transport, namespace, image)
    if (await isBack(deps, agent, waitMs)) {
      const back = `It came back with ${deps.face.version}.`
      return outcomeOf(agent, 'done', [back, ...(await rightsInStep(deps, agent, transport))].join(' '))
    }
    const late = `It did not come back with ${deps.face.version} in ${waitMs / 1000} s.`
    return outcomeOf(agent, 'refused', [late, ...(await undo(transport, { namespace, image, before }))].join(' '))
  } catch (error) {
    return outcomeOf(agent, 'refused', wordsOf(error))
  }
}

/** Only after the new version is there: the one before may need what it does not. */
async function rightsInStep(deps: AgentDeps, agent: JoinedAgent, transport: KubeTransport): Promise<string[]> {
  try {
    const lowered = await lowerRoles(transport, await rolesOf(deps, agent, transport))
    return lowered ? ['Rights that it no longer needs were taken out of its roles.'] : []
  } catch (error) {
    return [`Its roles could not be brought in step: ${wordsOf(error)}`]
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
  { clusters, waitSeconds, dryRun }: { clusters?: string[] | undefined; waitSeconds: number; dryRun: boolean },
  tell?: (step: RollOutStep) => void,
): Promise<RollOut> {
  const agents = await chosenAgents(deps, clusters)
  const items = await inWaves(agents, {
    spared: agent => sparedFrom(deps, agent),
    work: async agent =>
      dryRun
        ? outcomeOf(
            agent,
            'planned',
            `It would go from ${agent.version ?? 'an unknown version'} to ${deps.face.version}.`,
          )
        : upgradeOne(deps, agent, waitSeconds * 1000),
    ...(tell && { tell }),
  })
  return summedUp(items)
}
