import { eventually } from '@moorage/testkit/eventually.ts'
import type { HubProcess } from '@moorage/testkit/hub-process.ts'
import { kubectl } from '@moorage/testkit/kubectl.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rolling, startRolling } from './fixtures/rolling.ts'

let rolling: Rolling

beforeAll(async () => {
  rolling = await startRolling('drained')
}, 180_000)
afterAll(() => rolling?.[Symbol.asyncDispose](), 60_000)

const passes = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const prove = async (hub: HubProcess) => {
  const answer = await hub.fetch('/api/v1/clusters/edge/prove', { method: 'POST', body: {} })
  return { status: answer.status, proof: (await answer.json()) as { holds?: boolean } }
}
const held = { status: 200, proof: expect.objectContaining({ holds: true }) }
const agentsOf = async (hub: HubProcess) => (await rolling.cluster(hub)).agent?.connections ?? []

/** Asks through the tunnel, and for what is stored, again and again. Gives all that was seen. */
function asking(hub: HubProcess) {
  const phases = new Set<string>()
  const proofs: unknown[] = []
  let on = true
  const lane = async (work: () => Promise<unknown>) => {
    while (on) {
      await work()
      await passes(50)
    }
  }
  const lanes = [
    lane(async () => phases.add((await rolling.cluster(hub)).phase)),
    lane(async () => proofs.push(await prove(hub))),
  ]
  return async () => {
    on = false
    await Promise.all(lanes)
    return { phases: [...phases], proofs }
  }
}

async function isFollowed(hub: HubProcess, name: string): Promise<void> {
  await kubectl(rolling.plane.kubeconfigPath, ['create', 'namespace', name])
  await eventually(
    async () => {
      const answer = await hub.fetch('/api/v1/clusters/edge/objects?kind=Namespace&limit=200')
      const { items } = (await answer.json()) as { items: { name: string }[] }
      expect(items.map(item => item.name)).toContain(name)
    },
    { within: 20_000 },
  )
}

/** What is asked of a frozen API server is in flight until it goes on. */
async function inFlight(hub: HubProcess, work: () => Promise<void>): Promise<unknown> {
  rolling.plane.freeze()
  const asked = prove(hub)
  try {
    await work()
  } finally {
    rolling.plane.thaw()
  }
  return asked
}

test('replicas that are restarted one after the other lose no request, and nobody sees the cluster away', async () => {
  const [one, two] = rolling.hubs
  expect((await agentsOf(two)).map(({ agent }) => agent)).toEqual(['agent-1'])
  for (const [stopped, other] of [
    [one, two],
    [two, one],
  ] as const) {
    const [before] = await agentsOf(other)
    const seen = asking(other)
    let stopping = Promise.resolve()
    // A request is in flight, over the tunnel of the replica that stops.
    const answered = await inFlight(other, async () => {
      stopping = stopped.stop()
      rolling.front = other
      await eventually(
        async () => expect((await agentsOf(other)).some(({ replica }) => replica !== before?.replica)).toBe(true),
        { within: 20_000 },
      )
    })
    expect(answered).toEqual(held)
    await stopping
    await isFollowed(other, `without-${new URL(stopped.url).port}`)
    const { phases, proofs } = await seen()
    expect(phases).toEqual(['Running'])
    expect(proofs.length).toBeGreaterThan(2)
    for (const proof of proofs) expect(proof).toEqual(held)
    await stopped.restart()
    await eventually(async () => expect((await rolling.cluster(stopped)).phase).toBe('Running'), { within: 30_000 })
  }
  expect(rolling.agent.running).toBe(true)
}, 240_000)

test('agents that are replaced one after the other lose no request', async () => {
  const [one, two] = rolling.hubs
  const next = await rolling.another('agent-2')
  await eventually(async () => expect(await agentsOf(one)).toHaveLength(2), { within: 30_000 })
  const seen = [asking(one), asking(two)]
  let stopping = Promise.resolve()
  const answered = await inFlight(one, async () => {
    stopping = rolling.agent.stop()
    await eventually(() => expect(rolling.agent.logs().map(({ msg }) => msg)).toContain('told to end'), {
      within: 10_000,
    })
  })
  expect(answered).toEqual(held)
  await stopping
  expect(await rolling.agent.ended).toBe(0)
  await isFollowed(two, 'by-the-second')
  for (const stop of seen) {
    const { phases, proofs } = await stop()
    expect(phases).toEqual(['Running'])
    for (const proof of proofs) expect(proof).toEqual(held)
  }
  await eventually(async () => expect((await agentsOf(one)).map(({ agent }) => agent)).toEqual([next.pod]), {
    within: 20_000,
  })
}, 120_000)
