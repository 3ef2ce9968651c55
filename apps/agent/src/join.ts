import type { KubeTransport } from '@moorage/kube/transport.ts'
import type { AgentConfig, HubSettings } from './config/config.ts'
import { callHub } from './hub/call.ts'
import { hubConnector } from './hub/connect.ts'
import { HubRefusal } from './hub/refusal.ts'
import { proxyFor } from './hub/way.ts'
import { hashOf, type Identity, registrationProof } from './identity/assertion.ts'
import type { Log } from './log.ts'
import { addToOwnSecret, type OwnSecret, readOwnSecret } from './member/own-secret.ts'

export interface JoinDeps {
  config: AgentConfig
  settings: HubSettings
  identity: Identity
  version: string
  transport: KubeTransport
  log: Log
}

/** The join token of the Secret, where the hub has not taken it yet. */
export function openToken({ values }: Pick<OwnSecret, 'values'>): string | null {
  const token = values['join-token']?.trim()
  return token === undefined || token === '' || values.joined === hashOf(token) ? null : token
}

const bearer = (token: string) => `Bearer ${token}`

/** Registers the agent's key with the hub by a join token, and notes that. Rejects with what is in the way. */
export async function join(deps: JoinDeps, token: string, signal: AbortSignal): Promise<void> {
  const { config, settings, identity, version, log } = deps
  const connector = hubConnector(settings, proxyFor(settings.url, config.proxy))
  const call = (path: string, body: object) =>
    callHub(connector, settings.url, { path, authorization: bearer(token), body }, signal)
  await call('/agent/v1/hello', { version, pod: config.pod, proxied: connector.proxied })
  const register = async () =>
    call('/agent/v1/register', {
      publicKey: identity.key.publicKey,
      clusterUid: identity.clusterUid,
      version,
      mode: config.mode,
      proof: await registrationProof(identity, token),
    })
  try {
    await register()
  } catch (error) {
    if (!(error instanceof HubRefusal) || !error.isAboutClock || error.date === null) throw error
    identity.clock.correct(error.date)
    log.warn('the clocks differ: the agent goes by the hub’s', { offsetMs: identity.clock.offsetMs() })
    await register()
  }
  log.info('registered with the hub', { key: identity.key.id })
  await noteJoined(deps, token, signal)
}

/** So that the token is not tried again once it is spent. What is lost here is asked again, and answered alike. */
async function noteJoined({ transport, config }: JoinDeps, token: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const secret = await readOwnSecret(transport, config.namespace, signal)
    if ((await addToOwnSecret(transport, config.namespace, secret, { joined: hashOf(token) }, signal)) !== null) return
  }
}

/** Tells the hub what is in the agent's way before it has joined. It is said as well as it goes. */
export async function tellTrouble(
  { config, settings }: Pick<JoinDeps, 'config' | 'settings'>,
  token: string,
  trouble: { step: 'identity' | 'api-server'; message: string },
  signal: AbortSignal,
): Promise<void> {
  const connector = hubConnector(settings, proxyFor(settings.url, config.proxy))
  const body = { step: trouble.step, message: trouble.message.slice(0, 500) }
  await callHub(connector, settings.url, { path: '/agent/v1/trouble', authorization: bearer(token), body }, signal)
}
