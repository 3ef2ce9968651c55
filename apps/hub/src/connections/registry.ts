import { directTransport } from '@moorage/kube/direct.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { MoorageError } from '../errors.ts'
import { findWay } from '../store/cluster-way.ts'
import type { Tunnels } from '../tunnels/tunnels.ts'
import { openAgent } from './agent.ts'
import { type CredentialDeps, credentialKey, type OpenedCredential, openCredential } from './credentials.ts'
import { openDirect } from './direct.ts'
import type { AddressGuard } from './guard.ts'
import { removalTransport } from './removal.ts'

/** How the rest of the hub gets to a cluster's API server. */
export interface Connections extends AsyncDisposable {
  /** The cluster's one transport, made at the first call, and anew once connection, credential or mode have changed. */
  transport(clusterId: string): Promise<KubeTransport>
  /** A transport for taking the hub's own objects out of the member: reads, and deletes of these paths. The caller disposes of it. */
  removal(clusterId: string, paths: ReadonlySet<string>): Promise<KubeTransport>
  /** What the cluster's agent reads beside its API server, from these points on: batches of the projector, unchecked. Throws when it breaks off. */
  pull(clusterId: string, resume: ReadonlyMap<string, string>, signal: AbortSignal): AsyncIterable<unknown>
  /** Ends the transport if its connection, credential or mode is no longer the cluster's, or the cluster is gone. */
  drop(clusterId: string): Promise<void>
}

export interface ConnectionsDeps extends CredentialDeps {
  guard: AddressGuard
  tunnels: Pick<Tunnels, 'transport' | 'control'>
}

/** What a transport is made from, by its key. */
type Way = { key: string; open: () => KubeTransport }

/** Starts with no transport at all: each is made when it is first asked for. */
export function openConnections(deps: ConnectionsDeps): Connections {
  const { guard, store, tunnels } = deps
  const open = new Map<string, { key: string; transport: KubeTransport }>()
  let closed = false

  const credentialOf = async (clusterId: string): Promise<OpenedCredential> => {
    const credential = await openCredential(deps, clusterId)
    if (!credential) throw new MoorageError('cluster_not_found', `The hub has no credential of a cluster ${clusterId}.`)
    return credential
  }

  /** The key of the transport as it would be made now; null where the cluster is gone. */
  const keyNow = async (clusterId: string): Promise<string | null> => {
    const way = await findWay(store.db, clusterId)
    if (way?.connection === 'agent') return `agent ${way.mode}`
    return credentialKey(deps, clusterId)
  }

  const wayOf = async (clusterId: string): Promise<Way> => {
    const way = await findWay(store.db, clusterId)
    if (way?.connection === 'agent') {
      return { key: `agent ${way.mode}`, open: () => openAgent(tunnels, clusterId, way.mode) }
    }
    const { target, mode, key } = await credentialOf(clusterId)
    return { key, open: () => openDirect(target, mode, guard) }
  }

  const end = async (clusterId: string) => {
    const known = open.get(clusterId)
    open.delete(clusterId)
    await known?.transport[Symbol.asyncDispose]()
  }

  return {
    async transport(clusterId) {
      const current = await keyNow(clusterId)
      const known = open.get(clusterId)
      if (known && known.key === current) return known.transport
      const way = await wayOf(clusterId)
      if (closed) throw new MoorageError('unavailable', 'The hub is stopping.')
      // Somebody else may have been here while the credential was read.
      const made = open.get(clusterId)
      if (made?.key === way.key) return made.transport
      const transport = way.open()
      const ended = end(clusterId)
      open.set(clusterId, { key: way.key, transport })
      await ended
      return transport
    },

    async removal(clusterId, paths) {
      const way = await findWay(store.db, clusterId)
      if (way?.connection === 'agent') return removalTransport(tunnels.transport(clusterId), paths)
      const { target } = await credentialOf(clusterId)
      return removalTransport(directTransport(target, { lookup: guard.lookup }), paths)
    },

    pull: (clusterId, resume, signal) => tunnels.control(clusterId).inventory(resume, signal),

    async drop(clusterId) {
      const known = open.get(clusterId)
      if (!known || known.key === (await keyNow(clusterId))) return
      if (open.get(clusterId) === known) await end(clusterId)
    },

    async [Symbol.asyncDispose]() {
      closed = true
      await Promise.all([...open.keys()].map(end))
    },
  }
}
