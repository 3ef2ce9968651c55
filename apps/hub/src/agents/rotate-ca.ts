import { createHash } from 'node:crypto'
import type { AgentOutcome, CaRotation, RollOutStep } from '@moorage/contract/roll-out.ts'
import { MoorageError } from '../errors.ts'
import type { OwnCa } from '../pki/own-ca.ts'
import { fingerprint, type Trust, trustedCas } from '../pki/own-tls.ts'
import type { JoinedAgent } from '../store/agents.ts'
import { agentsWithCa, keepAgentsWithCa } from '../store/ca-rotation.ts'
import { otherReplicas } from '../store/replicas.ts'
import { chosenAgents, outcomeOf, summedUp } from './chosen.ts'
import type { AgentDeps } from './deps.ts'
import { openOptions } from './options.ts'
import { askSettings } from './roll-out.ts'
import { inWaves } from './waves.ts'

export interface RotateCaDeps extends AgentDeps {
  /** null where the hub's certificate comes from elsewhere. */
  ownCa: OwnCa | null
}

const refused = (message: string, fix: string) => new MoorageError('ca_rotation_refused', message, { fix })

/** Names in one sentence; the outcomes have them all. */
const NAMED = 10

const stageOf = ({ next, previous }: Trust): CaRotation['stage'] =>
  next !== null ? 'begun' : previous !== null ? 'switched' : 'settled'

async function requireRotatable({ ownCa, store, replica }: RotateCaDeps): Promise<OwnCa> {
  if (ownCa === null) {
    throw refused(
      'This hub has no CA of its own: its certificate was given to it.',
      'Tell agents the old and the new CA first: moorage agent settings --ca both.crt.',
    )
  }
  if ((await otherReplicas(store.db, replica)) > 0) {
    throw refused(
      'Other replicas of this hub run, and each has the CA in a folder of its own.',
      'Change it by hand, as docs/hub.md says, or while one replica runs; the others then get a copy of its folder.',
    )
  }
  return ownCa
}

/** The CAs that an agent is to trust: the hub's, and those that its owner gave it. */
async function trusting(deps: RotateCaDeps, agents: JoinedAgent[], ca: string, dryRun: boolean, tell?: Tell) {
  const id = createHash('sha256').update(ca).digest('hex')
  const taken = await agentsWithCa(deps.store.db, id)
  const spared = async (agent: JoinedAgent) => {
    if (taken.has(agent.id)) return outcomeOf(agent, 'nothing-to-do', 'It has taken it already.')
    return (await deps.members.connected(agent.id)) ? null : outcomeOf(agent, 'away', 'Its agent is not connected.')
  }
  const work = async (agent: JoinedAgent) => {
    if (dryRun) return outcomeOf(agent, 'planned', 'It would be asked.')
    const { caBundle } = openOptions(deps.sealer, agent.id, agent.options)
    const own = caBundle === undefined ? '' : `${caBundle.trim()}\n`
    const outcome = await askSettings(deps, agent, { ca: `${ca}${own}` })
    if (outcome.outcome === 'done') {
      taken.add(agent.id)
      await keepAgentsWithCa(deps.store.db, id, taken)
    }
    return outcome
  }
  return inWaves(agents, { spared, work, ...(tell && { tell }) })
}

type Tell = (step: RollOutStep) => void

/** Which agents are still to take it. */
function missingOf(items: AgentOutcome[]): string | null {
  const missing = items.filter(({ outcome }) => outcome !== 'done' && outcome !== 'nothing-to-do')
  if (missing.length === 0) return null
  const named = missing
    .slice(0, NAMED)
    .map(({ cluster, outcome }) => (outcome === 'away' ? `${cluster} (away)` : cluster))
  return `${named.join(', ')}${missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''}`
}

/**
 * Changes the hub's own CA in two goes, each of which can be made again until
 * all agents have come along. The first makes the next CA, has every agent
 * trust both, and only when all do puts the new one in the place of the old.
 * The second (`finish`) has every agent trust the new one alone, and retires
 * the old one when all do.
 */
export async function rotateCa(
  deps: RotateCaDeps,
  { finish, dryRun }: { finish: boolean; dryRun: boolean },
  tell?: Tell,
): Promise<CaRotation> {
  const ca = await requireRotatable(deps)
  using held = ca.hold()
  if (held === null) throw refused('The CA is being changed already.', 'Wait until that has come to its end.')
  let trust = await ca.trust()
  if (finish && stageOf(trust) !== 'switched') {
    throw stageOf(trust) === 'begun'
      ? refused(
          'The hub still answers with the old CA, as not every agent has taken the new one.',
          'moorage hub rotate-ca goes on, and says which they are.',
        )
      : refused('No change of the CA is under way.', 'moorage hub rotate-ca begins one.')
  }
  if (!finish && stageOf(trust) === 'switched') {
    throw refused('The CA before is not retired yet.', 'moorage hub rotate-ca --finish does that.')
  }
  if (!dryRun && stageOf(trust) === 'settled') {
    await ca.begin()
    trust = await ca.trust()
  }
  const agents = await chosenAgents(deps, undefined)
  const items = await trusting(deps, agents, finish ? `${trust.current.trim()}\n` : trustedCas(trust), dryRun, tell)
  const missing = missingOf(items)
  if (missing === null && !dryRun) {
    if (finish) await ca.retire()
    else await ca.switchOver()
    trust = await ca.trust()
  }
  return {
    ...summedUp(items),
    stage: stageOf(trust),
    fingerprint: fingerprint(trust.current),
    ca: trustedCas(trust),
    message: said({ finish, dryRun, missing }),
  }
}

function said({ finish, dryRun, missing }: { finish: boolean; dryRun: boolean; missing: string | null }): string {
  if (dryRun) return 'Nothing was changed.'
  if (missing !== null) {
    const meanwhile = finish ? 'The CA before is not retired' : 'The hub still answers with the CA before'
    return `${meanwhile}: not taken yet by ${missing}. Run it again when they are back, or disconnect them.`
  }
  return finish
    ? 'The CA before is retired: nobody is told to trust it any more.'
    : 'The hub answers with its new CA. The one before is still trusted; retire it by moorage hub rotate-ca --finish.'
}
