import type { ImportStepName } from '@moorage/contract/agent.ts'
import type { Desired, Observed } from './observed.ts'
import { missingFor } from './rights.ts'

/** How one of an import's steps stands, as far as it shows from the hub's side of the tunnel. */
export interface StepSeen {
  name: Extract<ImportStepName, 'api-server' | 'rights' | 'inventory'>
  status: 'ok' | 'failed'
  message: string
}

function apiServer(desired: Desired, { probe, facts }: Observed): StepSeen | null {
  const failed = (message: string): StepSeen => ({ name: 'api-server', status: 'failed', message })
  switch (probe.kind) {
    case 'answered': {
      if (probe.uid !== desired.uid) return failed(`Another cluster answers through the agent, with UID ${probe.uid}.`)
      const version = facts.version === null ? '' : ` Its version is ${facts.version}.`
      return { name: 'api-server', status: 'ok', message: `The API server answers through the tunnel.${version}` }
    }
    case 'away':
    case 'unopened':
      return null
    default:
      return failed(probe.message)
  }
}

function rights(desired: Desired, { readAt, facts }: Observed): StepSeen | null {
  if (readAt.rights.got === null || facts.rights === null) return null
  const mode = desired.agent?.mode ?? desired.mode
  const missing = missingFor(mode, facts.rights)
  if (missing.length > 0) {
    const message = `The agent may not ${missing.join(', ')}, which mode ${mode} needs.`
    return { name: 'rights', status: 'failed', message }
  }
  if (desired.mode !== mode) return null
  return { name: 'rights', status: 'ok', message: `The agent may do what mode ${mode} needs.` }
}

/** The steps of an import that this pass has seen. One that is waited for is not among them. */
export function stepsSeen(desired: Desired, observed: Observed): StepSeen[] {
  const reached = apiServer(desired, observed)
  if (reached?.status !== 'ok') return reached === null ? [] : [reached]
  const verified = rights(desired, observed)
  const complete = observed.inventory?.complete === true
  const inventory: StepSeen = {
    name: 'inventory',
    status: 'ok',
    message: 'Every kind of the inventory was read once, and is followed since.',
  }
  return [reached, ...(verified ? [verified] : []), ...(complete ? [inventory] : [])]
}
