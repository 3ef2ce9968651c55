import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiClient, apiClient } from './api-client.ts'
import { program } from './binaries.ts'
import {
  apiServerFlags,
  controllerManagerFlags,
  etcdFlags,
  type Layout,
  schedulerFlags,
} from './control-plane-flags.ts'
import { createPki } from './control-plane-pki.ts'
import { compactEtcd } from './etcd.ts'
import { kubeconfigText } from './kubeconfig.ts'
import { freePorts } from './ports.ts'
import { startProcess, type TestProcess, untilReady } from './process.ts'
import { KUBERNETES_VERSION } from './programs.ts'
import { type ServiceAccountRequest, serviceAccountToken } from './service-account.ts'
import type { TinyCa } from './tiny-ca.ts'

/** ms; it takes 4 s on an idle machine, and tests run beside other tests. */
const READY_WITHIN = 90_000
/** ms; it waits up to a minute for open watches. It has no state of its own, so it is killed instead. */
const API_SERVER_STOPS_WITHIN = 2_000

export interface ControlPlaneOptions {
  name: string
  /** Folder for its files, kept afterwards. Without it: a temporary one, removed on stop. */
  dir?: string
  /** Appended to the version that the API server reports, such as `-eks-3a2f1b9`. */
  gitVersionSuffix?: string
  /** Both are there unless a test does not need them. */
  scheduler?: boolean
  controllerManager?: boolean
  /** Further names or addresses in the server's certificate. */
  hosts?: string[]
  apiServerArgs?: string[]
  log?: (line: string) => void
}

/** A real control plane on loopback: etcd, kube-apiserver, kube-controller-manager, kube-scheduler. */
export interface ControlPlane extends AsyncDisposable {
  readonly name: string
  readonly dir: string
  readonly url: string
  readonly port: number
  readonly caPem: string
  /** Signs client certificates that the API server believes. */
  readonly ca: TinyCa
  /** The administrator's, as text and as a file. */
  readonly kubeconfig: string
  readonly kubeconfigPath: string
  /** A client with the administrator's rights. */
  readonly api: ApiClient
  /** The processes that run now, by program. */
  readonly pids: Record<string, number>
  /** A kubeconfig with a bearer token. */
  tokenKubeconfig(token: string): string
  /** A kubeconfig with a client certificate of that user and those groups. */
  userKubeconfig(user: string, groups?: string[], validity?: { notBefore?: Date; notAfter?: Date }): Promise<string>
  /** Makes a ServiceAccount with those rights, and a kubeconfig with a token of it. */
  serviceAccountKubeconfig(request: ServiceAccountRequest): Promise<string>
  /** Stops the API server from running without closing anything (SIGSTOP): it accepts and goes silent. */
  freeze(): void
  thaw(): void
  /** Has etcd forget what it holds of before. What the API server has in its memory stays there for a while. */
  compact(): Promise<void>
  /** Ends the API server; connections to its port are refused until it is started again, with the same certificates and data. */
  stopApiServer(): Promise<void>
  startApiServer(): Promise<void>
  stop(): Promise<void>
}

/** Starts a control plane and resolves once pods can be created in it. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { name, log = () => {} } = options
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), `moorage-${name}-`))
  mkdirSync(join(dir, 'logs'), { recursive: true })
  const [apiPort, etcdPort, etcdPeerPort] = (await freePorts(3)) as [number, number, number]
  const layout: Layout = { dir, apiPort, etcdPort, etcdPeerPort }
  const url = `https://127.0.0.1:${apiPort}`
  const pki = await createPki(dir, options.hosts ?? [])
  const caPem = pki.ca.certPem
  const configFor = (user: { cert: string; key: string } | { token: string }) =>
    kubeconfigText({ name, server: url, ca: caPem, user })
  const kubeconfig = configFor(pki.admin)
  const kubeconfigPath = join(dir, 'admin.kubeconfig')
  const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 })
  write(kubeconfigPath, kubeconfig)
  write(join(dir, 'controller-manager.kubeconfig'), configFor(pki.controllerManager))
  write(join(dir, 'scheduler.kubeconfig'), configFor(pki.scheduler))

  const api = apiClient(kubeconfig)
  /** In the order they were started in, which is the reverse of the one they are stopped in. */
  const running = new Map<string, TestProcess>()
  const version = options.gitVersionSuffix ? `${KUBERNETES_VERSION}${options.gitVersionSuffix}` : undefined

  async function start(name: 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler', args: string[]) {
    const command = await program(name, { log })
    const logPath = join(dir, 'logs', `${name}.log`)
    running.set(name, await startProcess({ name, command, args, logPath }))
  }

  async function until(what: string, needs: string[], is: () => Promise<boolean>) {
    const processes = needs.map(each => running.get(each) as TestProcess)
    await untilReady(processes, READY_WITHIN, is).catch((error: Error) => {
      throw new Error(`${name}: ${what}: ${error.message}`, { cause: error })
    })
  }

  async function startApiServer() {
    if (running.has('kube-apiserver')) return
    await start('kube-apiserver', [...apiServerFlags(layout, version), ...(options.apiServerArgs ?? [])])
    // Only our own API server has a certificate of this CA: nobody else's answer counts.
    const ready = async () => (await api.probe('/readyz')) === 200
    await until('the API server did not become ready', ['etcd', 'kube-apiserver'], ready)
  }

  async function stopApiServer() {
    await running.get('kube-apiserver')?.stop(API_SERVER_STOPS_WITHIN)
    running.delete('kube-apiserver')
  }

  let stopped: Promise<void> | undefined
  async function stopAll() {
    await api[Symbol.asyncDispose]()
    await Promise.all(['kube-scheduler', 'kube-controller-manager'].map(each => running.get(each)?.stop()))
    // An API server that loses etcd first hangs for minutes and keeps its port.
    await stopApiServer()
    await running.get('etcd')?.stop()
    running.clear()
    if (!options.dir) rmSync(dir, { recursive: true, force: true })
  }
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }

  try {
    await start('etcd', etcdFlags(layout))
    await startApiServer()
    if (options.controllerManager !== false) {
      await start('kube-controller-manager', controllerManagerFlags(layout))
      const account = '/api/v1/namespaces/default/serviceaccounts/default'
      const made = async () => (await api.probe(account)) === 200
      await until('the controller manager did not start working', ['kube-controller-manager'], made)
    }
    if (options.scheduler !== false) await start('kube-scheduler', schedulerFlags(layout))
  } catch (error) {
    await stop()
    throw error
  }

  return {
    name,
    dir,
    url,
    port: apiPort,
    caPem,
    ca: pki.ca,
    kubeconfig,
    kubeconfigPath,
    api,
    get pids() {
      return Object.fromEntries([...running].map(([each, { pid }]) => [each, pid]))
    },
    tokenKubeconfig: token => configFor({ token }),
    userKubeconfig: async (user, groups = [], validity = {}) =>
      configFor(await pki.ca.issue({ commonName: user, organizations: groups, ...validity })),
    serviceAccountKubeconfig: async request => configFor({ token: await serviceAccountToken(api, request) }),
    freeze: () => running.get('kube-apiserver')?.signal('SIGSTOP'),
    thaw: () => running.get('kube-apiserver')?.signal('SIGCONT'),
    compact: () => compactEtcd(etcdPort),
    stopApiServer,
    startApiServer,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
