import { readClusterUid } from '@moorage/kube/cluster-identity.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { withinTime } from '@moorage/kube/within.ts'
import { type AgentKey, makeKey, readKey } from './identity/key.ts'
import { API_MS } from './limits.ts'
import { addToOwnSecret, type OwnSecret, readOwnSecret } from './member/own-secret.ts'

/** The agent's key, made and kept where there is none yet. Two processes that begin together agree on one. */
export async function ownKey(
  transport: KubeTransport,
  namespace: string,
  signal: AbortSignal,
): Promise<{ key: AgentKey; secret: OwnSecret }> {
  for (;;) {
    const secret = await readOwnSecret(transport, namespace, signal)
    const { key } = secret.values
    if (key !== undefined && key !== '') return { key: await readKey(key), secret }
    const made = await addToOwnSecret(transport, namespace, secret, { key: makeKey() }, signal)
    if (made !== null) return { key: await readKey(made.values.key ?? ''), secret: made }
  }
}

/** The UID of this cluster. */
export const ownUid = (transport: KubeTransport, signal: AbortSignal): Promise<string> =>
  withinTime(API_MS, 'The API server of this cluster did not answer in time.', signal, either =>
    readClusterUid(transport, either),
  )
