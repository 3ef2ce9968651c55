import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import { type AgentProcess, startAgent } from '@moorage/testkit/agent-process.ts'
import { createInBulk } from '@moorage/testkit/bulk.ts'
import { type ControlPlane, startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { startPlayedKubelet } from '@moorage/testkit/played-kubelet.ts'
import { startPostgres } from '@moorage/testkit/postgres.ts'
import { serviceAccountToken } from '@moorage/testkit/service-account.ts'
import type { Place } from './client.ts'

/** Loaded into what is measured, so that garbage can be told from what is held. */
export const COLLECT = fileURLToPath(new URL('../collect.ts', import.meta.url))
/** Of the run, on the machine it is on. */
const READY = { within: 120_000, every: 250 }
/** What lists are of. */
const NODES = 10

/** One way of a client to an API server. */
export interface Way {
  name: string
  place: Place
  /** A token at `place`; of the played kubelet's cluster. */
  token: string
  /** Path of the pod that echoes. */
  pod: string
  /** Whether an agent is in between. */
  tunnelled: boolean
}

/** Control planes, a hub that reaches one by dialling it and one through an agent, and who asks. */
export interface Stage {
  direct: Way
  /** An admin token: nobody is impersonated but `system:masters`. */
  admin: readonly Way[]
  /** Somebody with a role in these clusters, whose rights the hub has put into them. */
  person: readonly Way[]
  hub: HubProcess
  agent: AgentProcess
  plane: ControlPlane
}

export interface StageOptions {
  pods: number
  postgres: boolean
  say: (text: string) => void
}

const asked = async (hub: HubProcess, method: string, path: string, body: unknown) => {
  const answer = await hub.fetch(path, { method, body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${text}`)
  return JSON.parse(text)
}

/** Resolves once both clusters are reached, after the hub was started. */
export const reached = (hub: HubProcess): Promise<void> =>
  eventually(async () => {
    for (const name of ['dialled', 'tunnelled']) {
      const cluster = (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as { phase: string; mode: string }
      const isUp = ['Running', 'Warning'].includes(cluster.phase)
      if (cluster.mode !== 'full' || !isUp) throw new Error(`${name} is ${cluster.phase}, in mode ${cluster.mode}.`)
      // What is known of it may be of before a restart.
      const answer = await hub.fetch(`/k8s/${name}/version`)
      if (!answer.ok) throw new Error(`${name} was answered ${answer.status}: ${await answer.text()}`)
    }
  }, READY)

/** Starts all of it; `stack` ends it. */
export async function openStage(stack: AsyncDisposableStack, options: StageOptions): Promise<Stage> {
  const { pods, postgres, say } = options
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-'))
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  say(`two control planes with ${pods} pods each, and a hub`)
  const plain = { controllerManager: false, scheduler: false, hosts: ['localhost'] }
  const dialled = stack.use(await startControlPlane({ name: 'dialled', ...plain }))
  const tunnelled = stack.use(await startControlPlane({ name: 'tunnelled', ...plain }))
  const { pod } = stack.use(await startPlayedKubelet(dialled))
  stack.use(await startPlayedKubelet(tunnelled))
  for (const plane of [dialled, tunnelled]) await createInBulk(plane, { nodes: NODES, pods })
  const args = postgres ? ['--database-url', stack.use(await startPostgres()).databaseUrl] : []
  const hub = stack.use(await startHub({ dir: join(dir, 'hub'), args, nodeArgs: ['--import', COLLECT] }))
  await asked(hub, 'POST', '/api/v1/clusters', { name: 'dialled', kubeconfig: dialled.kubeconfig, mode: 'full' })
  const { manifest } = await asked(hub, 'POST', '/api/v1/imports', { name: 'tunnelled', mode: 'full' })
  const agent = stack.use(
    await startAgent({ dir: join(dir, 'agent'), plane: tunnelled, manifest, nodeArgs: ['--import', COLLECT] }),
  )
  await reached(hub)
  await asked(hub, 'PUT', '/api/v1/service-accounts/bench', {})
  await asked(hub, 'PUT', '/api/v1/bindings/bench', {
    role: 'cluster-admin',
    subjects: [{ kind: 'service-account', name: 'bench' }],
    scope: { kind: 'organisation' },
  })
  const person = await asked(hub, 'POST', '/api/v1/tokens', { name: 'bench', serviceAccount: 'bench' })
  const ca = readFileSync(hub.caPath, 'utf8')
  const through = (token: string): Way[] =>
    [
      { name: 'hub', cluster: 'dialled', tunnelled: false },
      { name: 'hub and agent', cluster: 'tunnelled', tunnelled: true },
    ].map(({ name, cluster, tunnelled }) => ({
      place: { url: `${hub.url}/k8s/${cluster}`, ca, headers: { authorization: `Bearer ${token}` } },
      pod: `/k8s/${cluster}${pod}`,
      ...{ name, token, tunnelled },
    }))
  const { tls } = readKubeconfig(dialled.kubeconfig)
  const direct: Way = {
    name: 'direct',
    place: { url: dialled.url, ca: dialled.caPem, headers: {}, cert: tls.cert ?? '', key: tls.key ?? '' },
    token: await serviceAccountToken(dialled.api, { name: 'bench', role: 'cluster-admin' }),
    pod,
    tunnelled: false,
  }
  return { direct, admin: through(hub.token), person: through(person.token), hub, agent, plane: dialled }
}
