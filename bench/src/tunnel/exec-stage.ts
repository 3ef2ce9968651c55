import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { startPlayedKubelet } from '@moorage/testkit/played-kubelet.ts'
import { serviceAccountToken } from '@moorage/testkit/service-account.ts'
import { start } from './processes.ts'
import type { Settings } from './settings.ts'
import type { Between, Ways } from './ways.ts'

/** A real API server with a node whose kubelet echoes; shared by all runs. */
export interface Cluster {
  plane: ControlPlane
  pod: string
  token: string
}

export async function openCluster(stack: AsyncDisposableStack): Promise<Cluster> {
  const plane = stack.use(
    await startControlPlane({ name: 'exec', scheduler: false, controllerManager: false, hosts: ['localhost'] }),
  )
  const { pod } = stack.use(await startPlayedKubelet(plane))
  const token = await serviceAccountToken(plane.api, { name: 'bench', role: 'cluster-admin' })
  return { plane, pod, token }
}

/** The same ways as for small requests, to a cluster: the agent is the real one, with full rights. */
export async function openExecWays(
  stack: AsyncDisposableStack,
  given: Settings,
  { plane, token }: Cluster,
  between: Between = async port => port,
): Promise<Ways> {
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  // Both CAs: what is dialled is the benchmark's own here, and the API server there.
  const ca = `${given.ca}\n${plane.caPem}`
  const settings = { ...given, ca, originPort: plane.port, token }
  const far = await between(plane.port)
  const second = await start(stack, 'relay.ts', { ...settings, nextPort: plane.port })
  const relay = await start(stack, 'relay.ts', { ...settings, nextPort: await between(second.port) })
  const dialling = await start(stack, 'direct-hub.ts', { ...settings, originPort: far })
  const hub = await start(stack, 'exec-hub.ts', settings)
  const hubUrl = `https://127.0.0.1:${await between(hub.port)}`
  const agent = stack.use(await startAgent({ dir, plane, manifest: manifestFor(hubUrl, given.ca) }))
  const usage = async () => ({ cpuSeconds: agent.cpuSeconds(), residentMb: agent.rss() / 1e6 })
  return [
    { name: 'direct', target: { port: far, ca }, parts: {} },
    { name: 'relay', target: { port: relay.port, ca }, parts: { relay, second } },
    { name: 'hub + direct', target: { port: dialling.port, ca }, parts: { hub: dialling } },
    { name: 'tunnel', target: { port: hub.port, ca }, parts: { hub, agent: { usage } } },
  ]
}

/** What an agent reads of its cluster before it joins, and every right. */
function manifestFor(hubUrl: string, ca: string): string {
  const instance = randomUUID()
  // Each run is an agent of its own, with a key of its own.
  const namespace = `bench-${instance.slice(0, 8)}`
  const own = { name: 'moorage-agent', namespace }
  const data = { namespace, mode: 'full', 'hub-instance': instance, 'hub-url': hubUrl, 'ca.crt': ca }
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: own },
    { apiVersion: 'v1', kind: 'Secret', metadata: own, stringData: { 'join-token': `join_${'a'.repeat(43)}` } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: own, data },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', ...own }],
    },
  ]
  // JSON is YAML.
  return objects.map(object => JSON.stringify(object)).join('\n---\n')
}
