import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKubeconfig } from '@moorage/kube/kubeconfig.ts'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import { createInBulk } from '@moorage/testkit/bulk.ts'
import { startControlPlane } from '@moorage/testkit/control-plane.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { processMemory } from './memory.ts'
import { numberOption } from './option.ts'
import { type Place, proxyClient, share } from './proxy-client.ts'
import { type Figure, report } from './report.ts'
import { usageOf } from './tunnel/of-pid.ts'

const SMALL = '/api/v1/namespaces/default'
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
/** Watches opened at the same time. */
const WATCHES_AT_ONCE = 50
/** Lists of each size, of which the median counts. */
const LISTS = 7

const post = async (hub: HubProcess, path: string, body: unknown) => {
  const answer = await hub.fetch(path, { method: 'POST', body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${text}`)
  return JSON.parse(text)
}

export const proxyHelp = `./run bench proxy [OPTIONS]
kubectl's requests straight to an API server, through the hub to a cluster that it dials, and through the hub and an agent, beside each other.

--seconds N   of the run at a fixed rate (10)
--rate N      requests per second of it (500)
--pods N      size of the larger list (10000); the smaller one is a page of 1,000
--watches N   parallel watches (1000)
`

/** kubectl's requests on each way, beside each other. */
export async function proxy(args: string[]): Promise<void> {
  const seconds = numberOption(args, 'seconds', 10)
  const rate = numberOption(args, 'rate', 500)
  const pods = numberOption(args, 'pods', 10_000)
  const watches = numberOption(args, 'watches', 1_000)
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)

  say(`two control planes with ${pods} pods each, and a hub`)
  const plain = { controllerManager: false, scheduler: false }
  const dialled = stack.use(await startControlPlane({ name: 'dialled', ...plain }))
  const tunnelled = stack.use(await startControlPlane({ name: 'tunnelled', ...plain }))
  for (const plane of [dialled, tunnelled]) await createInBulk(plane, { nodes: 10, pods })
  const hub = stack.use(await startHub({ dir: join(dir, 'hub') }))
  await post(hub, '/api/v1/clusters', { name: 'dialled', kubeconfig: dialled.kubeconfig, mode: 'full' })
  const { manifest } = await post(hub, '/api/v1/imports', { name: 'tunnelled', mode: 'full' })
  const agent = stack.use(await startAgent({ dir: join(dir, 'agent'), plane: tunnelled, manifest }))
  for (const name of ['dialled', 'tunnelled']) {
    await eventually(
      async () => {
        const cluster = (await (await hub.fetch(`/api/v1/clusters/${name}`)).json()) as { phase: string; mode: string }
        if (cluster.mode !== 'full' || !['Running', 'Warning'].includes(cluster.phase)) throw new Error(cluster.phase)
      },
      { within: 120_000, every: 250 },
    )
  }

  const { tls } = readKubeconfig(dialled.kubeconfig)
  const direct: Place = { url: dialled.url, ca: dialled.caPem, headers: {}, cert: tls.cert ?? '', key: tls.key ?? '' }
  const authorization = `Bearer ${hub.token}`
  const through = (name: string): Place => ({
    url: `${hub.url}/k8s/${name}`,
    ca: readFileSync(hub.caPath, 'utf8'),
    headers: { authorization },
  })
  const ways = [
    { name: 'direct', place: direct },
    { name: 'hub', place: through('dialled') },
    { name: 'hub and agent', place: through('tunnelled') },
  ]
  const figures: Figure[] = []
  const add = (name: string, value: number, unit: string, goal?: string) =>
    figures.push({ name, value, unit, ...(goal && { goal }) })

  const before: Record<string, { p50: number; p99: number }> = {}
  for (const { name, place } of ways) {
    using client = proxyClient(place)
    await client.atRate(SMALL, rate, 2)
    say(`${name}: small GETs at ${rate}/s`)
    const used = usageOf(hub.pid).cpuSeconds
    const usedByAgent = agent.cpuSeconds()
    const times = await client.atRate(SMALL, rate, seconds)
    const hubCpu = ((usageOf(hub.pid).cpuSeconds - used) / times.length) * 1e6
    const agentCpu = ((agent.cpuSeconds() - usedByAgent) / times.length) * 1e6
    const [p50, p99] = [share(times, 0.5), share(times, 0.99)]
    before[name] = { p50, p99 }
    add(`small GET at ${rate}/s, ${name}, p50`, p50, 'ms')
    add(`small GET at ${rate}/s, ${name}, p99`, p99, 'ms')
    if (name !== 'direct') {
      add(`  added by ${name}, p50`, p50 - (before.direct?.p50 ?? 0), 'ms', '≤ 2')
      add(`  added by ${name}, p99`, p99 - (before.direct?.p99 ?? 0), 'ms', '≤ 10')
      add(`  CPU of the hub, ${name}`, hubCpu, 'µs')
    }
    if (name === 'hub and agent') add('  CPU of the agent', agentCpu, 'µs')
  }

  for (const [what, path, headers] of [
    ['1,000 pods, JSON', '/api/v1/pods?limit=1000', {}],
    ['1,000 pods, table', '/api/v1/pods?limit=1000', { accept: TABLE }],
    [`${pods} pods, JSON`, '/api/v1/pods', {}],
  ] as const) {
    say(what)
    for (const { name, place } of ways) {
      using client = proxyClient(place)
      const times: number[] = []
      for (let count = 0; count < LISTS; count += 1) times.push((await client.ask(path, headers)).ms)
      add(
        `list of ${what}, ${name}`,
        share(
          times.sort((a, b) => a - b),
          0.5,
        ),
        'ms',
      )
    }
  }

  for (const { name, place } of ways.slice(1)) {
    say(`${name}: ${watches} watches`)
    using client = proxyClient(place)
    const idle = processMemory(hub.pid).nowMb
    const began = performance.now()
    const open: Awaited<ReturnType<typeof client.watch>>[] = []
    while (open.length < watches) {
      const some = Math.min(WATCHES_AT_ONCE, watches - open.length)
      open.push(...(await Promise.all(Array.from({ length: some }, () => client.watch(`${SMALL}/configmaps?watch=1`)))))
    }
    add(`${watches} watches opened, ${name}`, (performance.now() - began) / 1_000, 's')
    add(
      `  memory of the hub for each, ${name}`,
      ((processMemory(hub.pid).nowMb - idle) * 1e6) / watches / 1024,
      'KiB',
      '≤ 64',
    )
    for (const asked of open) asked.destroy()
  }
  report('proxy', { rate, seconds, pods, watches }, figures)
}
