import type { AgentConfig, HubSettings } from '../config/config.ts'
import { callHub } from '../hub/call.ts'
import { hubConnector } from '../hub/connect.ts'
import { proxyFor } from '../hub/way.ts'
import { assertion, type Identity } from '../identity/assertion.ts'
import type { LateRemoval } from './remove.ts'

const PATH = '/agent/v1/removed'

/** Tells the hub, which had told the agent to go, what it has removed by itself: its receipt says so then. */
export async function reportRemoval(
  { config, settings, identity }: { config: AgentConfig; settings: HubSettings; identity: Identity },
  done: LateRemoval,
  signal: AbortSignal,
): Promise<void> {
  const connector = hubConnector(settings, proxyFor(settings.url, config.proxy))
  const authorization = await assertion(identity, `POST ${PATH}`)
  await callHub(connector, settings.url, { path: PATH, authorization, body: done }, signal)
}
