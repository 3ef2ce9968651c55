import { X509Certificate } from 'node:crypto'
import type { AgentOutcome, RollOut, RollOutStep } from '@moorage/contract/roll-out.ts'
import { MoorageError } from '../errors.ts'
import type { JoinedAgent } from '../store/agents.ts'
import { chosenAgents, outcomeOf, summedUp } from './chosen.ts'
import type { AgentDeps } from './deps.ts'
import { tell } from './tell.ts'
import { inWaves } from './waves.ts'

/** One agent's check and change, in ms. */
const SETTINGS_MS = 60_000

export interface Settings {
  hubUrl?: string | undefined
  ca?: string | undefined
}

function requireReadable({ hubUrl, ca }: Settings): void {
  if (hubUrl === undefined && ca === undefined) {
    throw new MoorageError('bad_request', 'Neither an address nor a CA was given.', { fix: 'Send hubUrl, ca or both.' })
  }
  if (ca === undefined) return
  try {
    new X509Certificate(ca)
  } catch {
    throw new MoorageError('bad_request', 'The CA can not be read as a certificate in PEM.', {
      fields: [{ path: 'ca', message: 'is not a certificate in PEM' }],
    })
  }
}

/** Has one agent try other settings, and go over to them when they work. */
export async function askSettings(
  deps: AgentDeps,
  agent: JoinedAgent,
  { hubUrl, ca }: Settings,
): Promise<AgentOutcome> {
  const change = { ...(hubUrl === undefined ? {} : { hubUrl }), ...(ca === undefined ? {} : { ca }) }
  try {
    const answer = await deps.members.control(agent.id).settings(change, AbortSignal.timeout(SETTINGS_MS))
    const message = answer.ok ? 'It dialled the hub by the new settings, and uses them.' : answer.why
    const reason = answer.ok ? 'SettingsChanged' : 'SettingsRefused'
    await tell(deps, agent.id, { type: 'settings', reason, message, agent: null, address: null })
    return outcomeOf(agent, answer.ok ? 'done' : 'refused', message)
  } catch (error) {
    const away = error instanceof MoorageError && error.code === 'agent_disconnected'
    const said = error instanceof Error ? error.message : String(error)
    return outcomeOf(agent, away ? 'away' : 'refused', said)
  }
}

/**
 * Tells agents another address or CA of the hub, in waves. Each tries it before
 * it goes over, so a mistake costs no agent: one that can not stays as it is,
 * and whoever is behind it is not asked.
 */
export async function rollOutSettings(
  deps: AgentDeps,
  { clusters, dryRun, ...settings }: Settings & { clusters?: string[] | undefined; dryRun: boolean },
  tell?: (step: RollOutStep) => void,
): Promise<RollOut> {
  requireReadable(settings)
  const agents = await chosenAgents(deps, clusters)
  const spared = async (agent: JoinedAgent) =>
    (await deps.members.connected(agent.id)) ? null : outcomeOf(agent, 'away', 'Its agent is not connected.')
  const work = async (agent: JoinedAgent) =>
    dryRun ? outcomeOf(agent, 'planned', 'It would be asked.') : askSettings(deps, agent, settings)
  return summedUp(await inWaves(agents, { spared, work, ...(tell && { tell }) }))
}
