import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { program } from './binaries.ts'
import type { ControlPlane } from './control-plane.ts'
import { freePort, isFree } from './ports.ts'
import { startProcess, untilReady } from './process.ts'

/** ms; it needs two rounds of scraping, 10 s apart, before it has a first rate. */
const READY_WITHIN = 90_000
const SERVICE = { name: 'metrics-server', namespace: 'kube-system' }

/**
 * Starts the real metrics-server beside the control plane and registers it, so
 * that `metrics.k8s.io` answers with what the kubelets, simulated or not, report.
 * Resolves once it listens; `ready` once it has something to tell.
 */
export async function startMetricsServer(
  controlPlane: ControlPlane,
): Promise<AsyncDisposable & { pid: number; ready(): Promise<void> }> {
  const { api, dir, kubeconfigPath } = controlPlane
  const port = await freePort()
  const certificates = join(dir, 'metrics-server')
  mkdirSync(certificates, { recursive: true })
  const process = await startProcess({
    name: 'metrics-server',
    command: await program('metrics-server'),
    args: [
      `--kubeconfig=${kubeconfigPath}`,
      `--authentication-kubeconfig=${kubeconfigPath}`,
      `--authorization-kubeconfig=${kubeconfigPath}`,
      `--cert-dir=${certificates}`,
      `--secure-port=${port}`,
      '--bind-address=127.0.0.1',
      '--kubelet-insecure-tls',
      '--kubelet-preferred-address-types=InternalIP',
      '--kubelet-use-node-status-port',
      '--metric-resolution=10s',
      '--kubelet-request-timeout=5s', // less than the resolution, as it insists
    ],
    logPath: join(dir, 'logs', 'metrics-server.log'),
  })
  const listens = async () => !(await isFree(port))
  try {
    await untilReady([process], READY_WITHIN, listens)
  } catch (error) {
    await process.stop()
    throw error
  }
  // Outside the cluster, so the Service is a name: the API server dials it as it is.
  await api.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: SERVICE,
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'https', port }] },
  })
  await api.apply({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { ...SERVICE, port },
    },
  })
  await api.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: 'system:aggregated-metrics-reader',
      labels: {
        'rbac.authorization.k8s.io/aggregate-to-view': 'true',
        'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
        'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
      },
    },
    rules: [{ apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
  })
  return {
    pid: process.pid,
    async ready() {
      const answers = async () => (await api.get('/apis/metrics.k8s.io/v1beta1/nodes')).items.length > 0
      await untilReady([process], READY_WITHIN, answers)
    },
    [Symbol.asyncDispose]: () => process.stop(),
  }
}
