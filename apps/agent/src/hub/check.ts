import type { AgentConfig, HubSettings } from '../config/config.ts'
import type { Identity } from '../identity/assertion.ts'
import { hubConnector } from './connect.ts'
import { dialTunnel } from './dial-tunnel.ts'
import { protocolChoice } from './protocol-choice.ts'
import { proxyFor } from './way.ts'

export interface CheckDeps {
  config: AgentConfig
  settings: HubSettings
  identity: Identity
  version: string
  clock(): number
}

/** Opens a tunnel connection by these settings and ends it. Rejects with why that does not go. */
export async function checkHub(deps: CheckDeps, signal: AbortSignal): Promise<void> {
  const { config, settings, identity, version, clock } = deps
  const connector = hubConnector(settings, proxyFor(settings.url, config.proxy))
  const connection = await dialTunnel(
    { connector, url: settings.url, identity, protocols: protocolChoice(clock), userAgent: `moorage-agent/${version}` },
    signal,
  )
  connection.destroy()
}
