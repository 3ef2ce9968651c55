import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInBulk } from '@moorage/testkit/bulk.ts'
import { startControlPlane } from '@moorage/testkit/control-plane.ts'
import { type HubProcess, startHub } from '@moorage/testkit/hub-process.ts'
import { latency } from './latency.ts'
import { watchMemory } from './memory.ts'
import { listEverything } from './plain-list.ts'
import { type Figure, report } from './report.ts'

/** ms; far above any figure that would be acceptable, so that a slow run still reports. */
const COMPLETE_WITHIN = 300_000

const option = (args: string[], name: string, fallback: number) => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(args[at + 1])
}

/**
 * Time to the full inventory of one member, the hub's memory meanwhile, and how
 * fast lists and searches answer, through the API as users see it.
 *
 * --nodes N --pods N   size of the member at its connect (1,000 and 20,000)
 * --objects N          size of the inventory that is searched (100,000)
 */
export async function inventory(args: string[]): Promise<void> {
  const nodes = option(args, 'nodes', 1_000)
  const pods = option(args, 'pods', 20_000)
  const objects = option(args, 'objects', 100_000)
  const dir = mkdtempSync(join(tmpdir(), 'moorage-bench-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(dir, { recursive: true, force: true }))
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)

  say(`a control plane with ${nodes} nodes and ${pods} pods`)
  const member = stack.use(await startControlPlane({ name: 'bench', controllerManager: false, scheduler: false }))
  await createInBulk(member, { nodes, pods })
  const hub = stack.use(await startHub({ dir }))
  const idleMb = watchMemory(hub.pid).stop().nowMb

  say('reading the same lists plainly, for comparison')
  const plain = await listEverything(member)

  say('connecting')
  const memory = watchMemory(hub.pid)
  const started = performance.now()
  await expectOk(
    hub.fetch('/api/v1/clusters', { method: 'POST', body: { name: 'bench', kubeconfig: member.kubeconfig } }),
  )
  await complete(hub, pods)
  const fullMs = performance.now() - started
  const first = memory.stop()

  say('lists')
  const nodePage = await latency(200, () => hub.fetch('/api/v1/clusters/bench/nodes?limit=100'))
  const podPage = await latency(200, () => hub.fetch('/api/v1/clusters/bench/objects?kind=Pod&limit=100'))
  const fleetPage = await latency(200, () => hub.fetch('/api/v1/clusters'))

  const more = Math.max(0, objects - nodes - pods)
  say(`${more} more pods, which arrive by watch`)
  const grown = watchMemory(hub.pid)
  const growStarted = performance.now()
  await createInBulk(member, { nodes: 0, pods: more, prefix: 'more' })
  const createdMs = performance.now() - growStarted
  await complete(hub, pods + more)
  const behindMs = performance.now() - growStarted - createdMs
  const end = grown.stop()

  say('searches')
  const search = (q: string) => latency(100, () => hub.fetch(`/api/v1/search?limit=100&q=${encodeURIComponent(q)}`))
  const figures: Figure[] = [
    {
      name: 'first full inventory',
      value: fullMs / 1000,
      unit: 's',
      goal: '≤ 3 s beside the API server at 5,000 nodes',
    },
    { name: 'the same lists read plainly', value: plain.ms / 1000, unit: 's' },
    { name: 'inventory / plain lists', value: fullMs / plain.ms, unit: '×' },
    { name: 'hub memory idle', value: idleMb, unit: 'MB' },
    { name: 'hub memory, peak of the first inventory', value: first.peakMb, unit: 'MB', goal: '≤ 600 MB' },
    { name: `hub memory, peak to ${objects} objects`, value: end.peakMb, unit: 'MB' },
    { name: `behind after ${more} pods by watch`, value: behindMs / 1000, unit: 's' },
    ...nodePage.figures('page of nodes', '≤ 50 ms'),
    ...podPage.figures('page of pods', '≤ 50 ms'),
    ...fleetPage.figures('page of clusters', '≤ 50 ms'),
    ...(await search('kind:Pod status:CrashLoopBackOff')).figures(`search by status of ${objects}`, '≤ 10 ms'),
    ...(await search('kind:Pod image:nginx ns:bulk-1')).figures(
      `search by image and namespace of ${objects}`,
      '≤ 10 ms',
    ),
    ...(await search('pod-1234')).figures(`search by words of ${objects}`, '≤ 10 ms'),
  ]
  report('inventory', { nodes, pods, objects }, figures)
}

async function complete(hub: HubProcess, pods: number): Promise<void> {
  const deadline = performance.now() + COMPLETE_WITHIN
  for (;;) {
    const sync = (await (await hub.fetch('/api/v1/clusters/bench/sync')).json()) as {
      complete: boolean
      kinds: { kind: string; count: number }[]
    }
    if (sync.complete && (sync.kinds.find(kind => kind.kind === 'Pod')?.count ?? 0) >= pods) return
    if (performance.now() > deadline)
      throw new Error(`not complete within ${COMPLETE_WITHIN / 1000} s: ${JSON.stringify(sync)}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

async function expectOk(answer: Promise<Response>): Promise<void> {
  const { ok, status } = await answer
  if (!ok) throw new Error(`the hub answered ${status}: ${await (await answer).text()}`)
}
