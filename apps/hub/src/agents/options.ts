import type { AgentOptions, AgentOptionsChange } from '@moorage/contract/agent.ts'
import type { AgentProxy } from '@moorage/contract/agent-proxy.ts'
import type { Mode } from '@moorage/contract/cluster.ts'
import type { Sealer } from '../connections/sealing.ts'
import { SealingError } from '../connections/sealing-key.ts'
import { MoorageError } from '../errors.ts'
import { listSealedOptions, replaceOptions } from '../store/agents.ts'
import type { StoredAgentOptions } from '../store/tables.ts'
import type { AgentDeps } from './deps.ts'

const contextOf = (clusterId: string, key: string) => `cluster/${clusterId}/agent-proxy/${key}`
const keys = ['http', 'https'] as const

/** Takes the passwords of proxies out of the options and seals them. */
export function sealOptions(sealer: Sealer, clusterId: string, options: AgentOptions): StoredAgentOptions {
  const proxy: AgentProxy = { ...options.proxy }
  const sealedProxy: NonNullable<StoredAgentOptions['sealedProxy']> = {}
  for (const key of keys) {
    const text = proxy[key]
    if (text === undefined) continue
    const url = new URL(text)
    if (url.password === '') continue
    sealedProxy[key] = sealer.seal(text, contextOf(clusterId, key)).sealed
    url.password = ''
    proxy[key] = url.href
  }
  return {
    ...options,
    ...(options.proxy === undefined ? {} : { proxy }),
    ...(Object.keys(sealedProxy).length === 0 ? {} : { sealedProxy }),
  }
}

/** Seals again, with the current key, what older keys have sealed. What can not be opened stays as it is. */
export async function resealOptions({ store, sealer }: Pick<AgentDeps, 'store' | 'sealer'>): Promise<void> {
  for (const { cluster_id, options } of await listSealedOptions(store.db)) {
    const sealedProxy = { ...options.sealedProxy }
    let changed = false
    for (const key of keys) {
      const before = sealedProxy[key]
      const after = before === undefined ? null : sealer.reseal(before, contextOf(cluster_id, key))
      if (after === null) continue
      sealedProxy[key] = after.sealed
      changed = true
    }
    if (changed) await replaceOptions(store.db, cluster_id, { ...options, sealedProxy })
  }
}

const unopened = (error: SealingError) =>
  new MoorageError('unavailable', `The password of the agent’s proxy can not be opened: ${error.message}`, {
    fix: 'Put the hub’s sealing key back, or import the cluster again with its proxy settings.',
  })

/** The options as they were given. */
export function openOptions(sealer: Sealer, clusterId: string, stored: StoredAgentOptions): AgentOptions {
  const { sealedProxy, ...options } = stored
  if (sealedProxy === undefined) return options
  const proxy: AgentProxy = { ...options.proxy }
  for (const key of keys) {
    const sealed = sealedProxy[key]
    if (sealed === undefined) continue
    try {
      proxy[key] = sealer.open(sealed, contextOf(clusterId, key))
    } catch (error) {
      throw error instanceof SealingError ? unopened(error) : error
    }
  }
  return { ...options, proxy }
}

/** The options with changes in them. A proxy without members takes the proxy away. */
export function changedOptions(options: AgentOptions, change: AgentOptionsChange): AgentOptions {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const { proxy, ...rest } = { ...options, ...given } as AgentOptions
  return proxy === undefined || Object.keys(proxy).length === 0 ? rest : { ...rest, proxy }
}

/**
 * A read-only agent has no proxy settings, so that looking at a cluster never
 * changes how it reaches the world; only where the hub can not be reached
 * without one is it taken, and then for that alone.
 */
export function requireProxyAllowed(mode: Mode, options: AgentOptions): void {
  const { proxy, proxyNeededForHub } = options
  for (const key of keys) {
    const url = proxy?.[key]
    if (url === undefined || URL.canParse(url)) continue
    const path = `agent.proxy.${key}`
    throw new MoorageError('bad_request', `${path} can not be read as a URL.`, {
      fields: [{ path, message: 'can not be read as a URL' }],
    })
  }
  if (mode === 'full' || proxy === undefined || Object.keys(proxy).length === 0) return
  if (!proxyNeededForHub) {
    throw new MoorageError('proxy_not_allowed', 'In read-only mode an agent takes no proxy settings.', {
      fix: 'Leave them out, use mode full, or say that the hub can not be reached without the proxy (proxyNeededForHub; --proxy-needed-for-hub).',
      fields: [{ path: 'agent.proxy', message: 'is only for mode full, or where the hub needs it' }],
    })
  }
}

/** Every cluster has these, and they are not the agent's: its manifest would relabel them and restrict their pods. */
const OF_EVERY_CLUSTER: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** An agent’s namespace is its own, or its owner says that it is there already. */
export function requireNamespace({ namespace, existingNamespace }: AgentOptions): void {
  if (existingNamespace || !OF_EVERY_CLUSTER.includes(namespace)) return
  throw new MoorageError('bad_request', `Every cluster has the namespace ${namespace} already.`, {
    fix: 'Say so (existingNamespace; --existing-namespace), or choose a namespace for the agent alone.',
    fields: [{ path: 'agent.namespace', message: 'is a namespace that every cluster has already' }],
  })
}
