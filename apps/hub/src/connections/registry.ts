import { directTransport } from '@moorage/kube/direct.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { MoorageError } from '../errors.ts'
import { type CredentialDeps, credentialKey, type OpenedCredential, openCredential } from './credentials.ts'
import { openDirect } from './direct.ts'
import type { AddressGuard } from './guard.ts'
import { removalTransport } from './removal.ts'

/** How the rest of the hub gets to a cluster's API server. */
export interface Connections extends AsyncDisposable {
  /** The cluster's one transport, made at the first call, and anew once credential or mode have changed. */
  transport(clusterId: string): Promise<KubeTransport>
  /** A transport for taking the hub's own objects out of the member: reads, and deletes of these paths. The caller disposes of it. */
  removal(clusterId: string, paths: ReadonlySet<string>): Promise<KubeTransport>
  /** Ends the transport if its credential or mode is no longer the cluster's, or the cluster is gone. */
  drop(clusterId: string): Promise<void>
}

export interface ConnectionsDeps extends CredentialDeps {
  guard: AddressGuard
}

/** Starts with no transport at all: each is made when it is first asked for. */
export function openConnections(deps: ConnectionsDeps): Connections {
  const { guard } = deps
  const open = new Map<string, { key: string; transport: KubeTransport }>()
  let closed = false

  const credentialOf = async (clusterId: string): Promise<OpenedCredential> => {
    const credential = await openCredential(deps, clusterId)
    if (!credential) throw new MoorageError('cluster_not_found', `The hub has no credential of a cluster ${clusterId}.`)
    return credential
  }

  const end = async (clusterId: string) => {
    const known = open.get(clusterId)
    open.delete(clusterId)
    await known?.transport[Symbol.asyncDispose]()
  }

  return {
    async transport(clusterId) {
      const current = await credentialKey(deps, clusterId)
      const known = open.get(clusterId)
      if (known && known.key === current) return known.transport
      const { target, mode, key } = await credentialOf(clusterId)
      if (closed) throw new MoorageError('unavailable', 'The hub is stopping.')
      // Somebody else may have been here while the credential was read.
      const made = open.get(clusterId)
      if (made?.key === key) return made.transport
      const transport = openDirect(target, mode, guard)
      const ended = end(clusterId)
      open.set(clusterId, { key, transport })
      await ended
      return transport
    },

    async removal(clusterId, paths) {
      const { target } = await credentialOf(clusterId)
      return removalTransport(directTransport(target, { lookup: guard.lookup }), paths)
    },

    async drop(clusterId) {
      const known = open.get(clusterId)
      if (!known || known.key === (await credentialKey(deps, clusterId))) return
      if (open.get(clusterId) === known) await end(clusterId)
    },

    async [Symbol.asyncDispose]() {
      closed = true
      await Promise.all([...open.keys()].map(end))
    },
  }
}
