import { getJson, patchJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { withinTime } from '@moorage/kube/within.ts'
import { AGENT_NAME } from '@moorage/removal/own-objects.ts'
import { API_MS } from '../limits.ts'

/** The agent's Secret as it was read: what the manifest put there, and what the agent has added. */
export interface OwnSecret {
  readonly resourceVersion: string
  readonly values: Readonly<Record<string, string>>
}

/** Keys that the agent adds. Applying a manifest again leaves them. */
export interface OwnEntries {
  /** PKCS8 in PEM. */
  key?: string
  /** JSON: how the hub is reached, where that was changed over the tunnel. */
  settings?: string
  /** Hash of the join token that the hub has taken. */
  joined?: string
}

interface SecretObject {
  metadata: { resourceVersion: string }
  data?: Record<string, string> | null
}

const decoded = ({ metadata, data }: SecretObject): OwnSecret => ({
  resourceVersion: metadata.resourceVersion,
  values: Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  ),
})

const LATE = 'The API server did not answer for the Secret moorage-agent in time.'

const pathIn = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets/${AGENT_NAME}`

export const readOwnSecret = (transport: KubeTransport, namespace: string, signal: AbortSignal): Promise<OwnSecret> =>
  withinTime(API_MS, LATE, signal, async either =>
    decoded(await getJson<SecretObject>(transport, pathIn(namespace), either)),
  )

/** Adds entries to the Secret as it was read. null where somebody has changed it since: read it again. */
export const addToOwnSecret = (
  transport: KubeTransport,
  namespace: string,
  { resourceVersion }: Pick<OwnSecret, 'resourceVersion'>,
  entries: OwnEntries,
  signal: AbortSignal,
): Promise<OwnSecret | null> =>
  withinTime(API_MS, LATE, signal, async either => {
    const data = Object.fromEntries(
      Object.entries(entries).map(([key, value]) => [key, Buffer.from(value ?? '').toString('base64')]),
    )
    try {
      const patch = { metadata: { resourceVersion }, data }
      return decoded(await patchJson<SecretObject>(transport, pathIn(namespace), patch, either))
    } catch (error) {
      if (error instanceof KubeStatusError && error.status === 409) return null
      throw error
    }
  })
