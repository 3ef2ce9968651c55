import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import type { ControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, moorage, startHub } from '@moorage/testkit/hub-process.ts'
import { runToEnd } from '@moorage/testkit/run-to-end.ts'
import { startTestbed } from '@moorage/testkit/testbed.ts'

/** ms; beside other suites. */
export const SLOWLY = { within: 90_000, every: 250 }
/** ms; one run of a client. */
const RUN_WITHIN = 110_000

/** API servers answer it with 406 and 415 until they are told to read it. */
const READS_CBOR = ['--feature-gates=CBORServingAndStorage=true']

/** How the hub reaches a cluster, which is its name here. */
export const connections = ['direct', 'agent'] as const
export type Connection = (typeof connections)[number]

/** Where the kubeconfig’s credential comes from. */
type SignIn = 'plugin' | 'static'

/** A hub with a cluster by each connection, and somebody with a role who reaches them by their clients. */
export interface Stage extends AsyncDisposable {
  readonly hub: HubProcess
  /** A folder for whatever a client keeps. */
  readonly dir: string
  /** The member itself, for what a test has to know of it. */
  plane(connection: Connection): ControlPlane
  /** Path of Ada’s kubeconfig for that cluster, as `moorage kubeconfig` writes it. She may do everything in it. */
  kubeconfig(connection: Connection, signIn: SignIn): string
  /** What her programs run with: `moorage` on the PATH, her sign-in, a home of their own. */
  readonly env: Record<string, string>
  /** Makes a namespace of a test’s own, with a pod that runs where `pod` names one. */
  namespace(connection: Connection, name: string, pod?: string): Promise<void>
}

/** Runs a client as Ada. Never rejects on an exit code. */
export async function runClient(
  { env, dir }: Pick<Stage, 'env' | 'dir'>,
  command: string,
  args: readonly string[],
  more: { input?: string; env?: Record<string, string> } = {},
) {
  return runToEnd(command, args, { cwd: dir, env: { ...env, ...more.env }, input: more.input, within: RUN_WITHIN })
}

/** A token of somebody new, as they get it: with the first password that an administrator hands them. */
async function signUp(hub: HubProcess, name: string): Promise<string> {
  const made = await moorage(hub, ['user', 'create', name])
  if (made.code !== 0) throw new Error(made.stderr)
  const origin = hub.url
  const post = async (path: string, body: object, cookie: string) => {
    const answer = await hub.fetch(`/api/v1${path}`, { method: 'POST', body, headers: { origin, cookie } })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
    return { body: JSON.parse(text), cookie: answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '' }
  }
  const password = { user: name, password: made.stdout.trim(), newPassword: 'a long enough one for tests' }
  const { cookie } = await post('/session/password', password, '')
  const { body } = await post('/tokens', { name: 'laptop' }, cookie)
  return body.token
}

/** Starts two control planes, each with a simulated node, and the hub that reaches them. */
export async function startStage(): Promise<Stage> {
  await using starting = new AsyncDisposableStack()
  const dir = mkdtempSync(join(tmpdir(), 'moorage-clients-'))
  starting.defer(() => rmSync(dir, { recursive: true, force: true }))
  const [direct, reached] = await Promise.all(
    connections.map(
      async name =>
        starting.use(await startTestbed({ name: `clients-${name}`, nodes: 1, apiServerArgs: READS_CBOR })).controlPlane,
    ),
  )
  if (direct === undefined || reached === undefined) throw new Error('there is no control plane')
  const planes = { direct, agent: reached }
  const hub = starting.use(await startHub({ dir: join(dir, 'hub') }))
  const post = async (path: string, body: object) => {
    const answer = await hub.fetch(`/api/v1${path}`, { method: 'POST', body })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text)
  }
  await post('/clusters', { name: 'direct', kubeconfig: direct.kubeconfig, mode: 'full' })
  const { manifest } = await post('/imports', { name: 'agent', mode: 'full' })
  starting.use(await startAgent({ dir: join(dir, 'agent'), plane: reached, manifest }))
  await Promise.all(
    connections.map(name =>
      eventually(async () => {
        const cluster = (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as Record<string, string>
        if (cluster.mode !== 'full' || !['Running', 'Warning'].includes(`${cluster.phase}`)) {
          throw new Error(`cluster ${name} is ${cluster.phase}, ${cluster.mode}`)
        }
      }, SLOWLY),
    ),
  )
  const token = await signUp(hub, 'ada')
  const bind = ['binding', 'create', 'ada', '--role', 'cluster-admin', '--user', 'ada']
  for (const name of connections) {
    const bound = await moorage(hub, [...bind.with(2, `ada-${name}`), '--cluster', name])
    if (bound.code !== 0) throw new Error(bound.stderr)
  }

  const bin = join(dir, 'bin')
  mkdirSync(bin)
  const cli = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))
  writeFileSync(join(bin, 'moorage'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`)
  chmodSync(join(bin, 'moorage'), 0o755)
  const env = {
    ...hub.env,
    MOORAGE_TOKEN: token,
    PATH: [bin, process.env.PATH].join(delimiter),
    HOME: dir,
    NO_COLOR: '1',
  }
  const path = (connection: Connection, signIn: SignIn) => join(dir, `${connection}-${signIn}.kubeconfig`)
  for (const cluster of connections) {
    for (const signIn of ['plugin', 'static'] as const) {
      const args = ['kubeconfig', '--cluster', cluster, '--output', path(cluster, signIn)]
      const written = await moorage(hub, signIn === 'static' ? [...args, '--static', '--ttl', '1h'] : args, { env })
      if (written.code !== 0) throw new Error(written.stderr)
    }
  }
  if (readFileSync(path('direct', 'plugin'), 'utf8').includes(token)) throw new Error('the file holds the credential')

  const stack = starting.move()
  return {
    hub,
    dir,
    env,
    plane: connection => planes[connection],
    kubeconfig: path,
    async namespace(connection, name, pod) {
      const { api } = planes[connection]
      await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } })
      if (pod === undefined) return
      const containers = [{ name: 'main', image: 'registry.example.org/web:1' }]
      await api.create(`/api/v1/namespaces/${name}/pods`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: pod },
        spec: { containers },
      })
      await eventually(async () => {
        const { status } = await api.get(`/api/v1/namespaces/${name}/pods/${pod}`)
        if (status.phase !== 'Running') throw new Error(`the pod is ${status.phase}`)
      }, SLOWLY)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
