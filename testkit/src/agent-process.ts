import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import type { ApiClient, Json } from './api-client.ts'
import type { ControlPlane } from './control-plane.ts'
import { kubectl } from './kubectl.ts'
import { startProcess, type TestProcess } from './process.ts'

/** The agent's entry, started as its image starts it: the testkit imports nothing of it. */
const AGENT = fileURLToPath(new URL('../../apps/agent/src/main.ts', import.meta.url))
/** ms; an agent that has not ended by then is killed. A removal may take that long. */
const STOP_WITHIN = 30_000
/** s; how long the ServiceAccount's token is valid. */
const TOKEN_SECONDS = 24 * 60 * 60
/** What everything of an agent is called in its namespace. */
const NAME = 'moorage-agent'

export interface AgentOptions {
  /** Folder for what Kubernetes would mount into the pod, and `agent.log`. */
  dir: string
  /** The member. */
  plane: Pick<ControlPlane, 'url' | 'caPem' | 'kubeconfigPath' | 'api'>
  /** YAML documents as the hub hands them out. */
  manifest: string
  /** Name of the pod that it would be; several agents of one cluster have different ones. */
  pod?: string
  /** Where the API server is dialled instead, such as a proxy in front of it. The certificate must fit. */
  apiServer?: { host: string; port: number }
  /** Changes the values of its ConfigMap in this process alone, such as `hub-url` to a proxy in front of the hub. */
  config?: Record<string, string>
  env?: Record<string, string>
  /** Arguments of node itself. */
  nodeArgs?: string[]
  /** Another entry than the source, such as the bundle of the image. */
  entry?: string
  /** It is applied already, as for a second agent. */
  applied?: boolean
}

/** An agent in a process of its own, which a cluster believes to be a pod of its ServiceAccount. */
export interface AgentProcess extends AsyncDisposable {
  readonly pid: number
  readonly running: boolean
  readonly namespace: string
  readonly pod: string
  readonly logPath: string
  /** Folder of its ConfigMap: what is changed there counts from the next start. */
  readonly configPath: string
  /** Its log, line by line; lines that are no JSON as `{ msg }`. */
  logs(): Record<string, unknown>[]
  /** Resident memory in bytes. Linux only. */
  rss(): number
  /** CPU time spent so far, in s. Linux only. */
  cpuSeconds(): number
  /** Resolves with how it ended: an exit code or the name of a signal. */
  readonly ended: Promise<number | NodeJS.Signals>
  signal(signal: NodeJS.Signals): void
  /** Ends it at once. */
  kill(): Promise<void>
  /** Starts it again, as a new container of the same pod: what it kept is in the cluster. */
  restart(): Promise<void>
  /** Ends it the orderly way. */
  stop(): Promise<void>
}

/** Applies an agent's manifest to a member. Throws with what kubectl said where that fails. */
export async function applyManifest(plane: Pick<ControlPlane, 'kubeconfigPath'>, manifest: string): Promise<void> {
  const applied = await kubectl(plane.kubeconfigPath, ['apply', '-f', '-'], { input: manifest })
  if (applied.code !== 0) throw new Error(`the manifest could not be applied: ${applied.stderr}`)
}

/** Applies a manifest and starts its agent. Resolves once the process runs, not once it has joined. */
export async function startAgent(options: AgentOptions): Promise<AgentProcess> {
  const { dir, plane, manifest, pod = `${NAME}-${process.pid}-${counter()}` } = options
  if (!options.applied) await applyManifest(plane, manifest)
  const objects = parseAllDocuments(manifest).map(document => document.toJS() as Json)
  const configMap = objects.find(object => object?.kind === 'ConfigMap' && object.metadata.name === NAME)
  if (!configMap) throw new Error('the manifest has no ConfigMap moorage-agent')
  const { namespace } = configMap.metadata as { namespace: string }
  const configPath = join(dir, 'config')
  const accountPath = join(dir, 'serviceaccount')
  const logPath = join(dir, 'agent.log')
  writeFolder(configPath, { ...configMap.data, ...options.config })
  writeFolder(accountPath, { 'ca.crt': plane.caPem, namespace, token: await accountToken(plane.api, namespace) })
  const url = new URL(plane.url)
  const { host, port } = options.apiServer ?? { host: url.hostname, port: Number(url.port) }
  let child = await launch()

  function launch(): Promise<TestProcess> {
    return startProcess({
      name: 'the agent',
      command: process.execPath,
      args: [...(options.nodeArgs ?? []), options.entry ?? AGENT],
      logPath,
      env: {
        PATH: process.env.PATH,
        KUBERNETES_SERVICE_HOST: host,
        KUBERNETES_SERVICE_PORT: String(port),
        MOORAGE_AGENT_CONFIG: configPath,
        MOORAGE_AGENT_SERVICEACCOUNT: accountPath,
        POD_NAME: pod,
        ...options.env,
      },
    })
  }

  async function kill(): Promise<void> {
    child.signal('SIGKILL')
    await child.ended
  }

  const stop = () => child.stop(STOP_WITHIN)
  return {
    get pid() {
      return child.pid
    },
    get running() {
      return child.running
    },
    get ended() {
      return child.ended
    },
    namespace,
    pod,
    logPath,
    configPath,
    logs: () => readFileSync(logPath, 'utf8').split('\n').filter(Boolean).map(readLine),
    rss: () => statusOf(child.pid, 'VmRSS') * 1024,
    cpuSeconds: () => cpuSecondsOf(child.pid),
    signal: signal => child.signal(signal),
    kill,
    async restart() {
      await child.stop(STOP_WITHIN)
      child = await launch()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** State of the test process, so that no two pods have one name. */
let started = 0
const counter = () => (started += 1)

function writeFolder(path: string, files: Record<string, string>): void {
  mkdirSync(path, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text, { mode: 0o600 })
}

/** A token as the kubelet asks for it. */
async function accountToken(api: ApiClient, namespace: string): Promise<string> {
  const answer = await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts/${NAME}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: TOKEN_SECONDS },
  })
  return answer.status.token
}

function readLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line)
  } catch {
    return { msg: line }
  }
}

/** A number of `/proc/<pid>/status`, in kB. */
function statusOf(pid: number, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1])
}

/** Ticks per second that the kernel counts CPU time in. */
const TICKS = 100

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  // The 14th and 15th of the whole line: user and system time.
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}
