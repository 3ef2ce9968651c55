import type { ConnectionEvent } from '@moorage/contract/agent.ts'
import { insertConnectionEvents } from '../store/connection-events.ts'
import type { AgentDeps } from './deps.ts'

/**
 * Writes down what happened to a cluster's agent where its administrators look
 * for it. Never fails: what is told must not end what it tells of.
 */
export async function tell(
  deps: Pick<AgentDeps, 'store' | 'now' | 'replica' | 'warn'>,
  clusterId: string,
  event: Pick<ConnectionEvent, 'type' | 'reason' | 'message' | 'agent' | 'address'>,
): Promise<void> {
  try {
    const whole = { ...event, at: deps.now().toISOString(), replica: deps.replica }
    await insertConnectionEvents(deps.store.db, [{ clusterId, event: whole }])
  } catch (error) {
    deps.warn('A connection event could not be written.', error)
  }
}
